/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.benchmarks;

import dev.millrace.internal.checkpoint.Checkpoint;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.files.LocalFileStore;
import dev.millrace.internal.log.CheckpointFiles;
import dev.millrace.internal.log.FrameReader;
import dev.millrace.internal.owner.Ownership;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * The time until the first batch after a restart has run, against reading the same files, which are in the system's cache:
 * their bytes alone, with their checksums, every entry decoded and let go, and every entry decoded into a HashMap. In turn, each
 * some times. Run it with {@code -Xms2g -Xmx2g}, or it is the growing of the heap that is measured.
 */
public final class Recovery {
    private static final long PER_BATCH = 1_000;

    private Recovery() {}

    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 3) {
            System.err.println("usage: Recovery KEYS VALUE-CHARACTERS ROUNDS");
            System.exit(2);
        }
        long keys = Long.parseLong(arguments[0]);
        String text = "x".repeat(Integer.parseInt(arguments[1]));
        int rounds = Integer.parseInt(arguments[2]);
        Path checkpoint = TemporaryFiles.newDirectory();
        try {
            load(keys, text, checkpoint);
            Figures raw = new Figures();
            Figures checked = new Figures();
            Figures decoded = new Figures();
            Figures map = new Figures();
            Figures recovery = new Figures();
            for (int round = -3; round < rounds; round++) {
                measure(round, raw, () -> readRaw(checkpoint));
                measure(round, checked, () -> readChecked(checkpoint));
                measure(round, decoded, () -> readEntries(checkpoint, keys));
                measure(round, map, () -> readIntoMap(checkpoint, keys));
                measure(round, recovery, () -> recover(keys, text, checkpoint));
            }
            System.out.printf(
                    Locale.ROOT,
                    "%,d keys, %,d bytes; medians of %d%n"
                            + "read                   %7.1f ms%n"
                            + "read and checked       %7.1f ms%n"
                            + "entries decoded        %7.1f ms%n"
                            + "decoded into a HashMap %7.1f ms%n"
                            + "restart, first batch   %7.1f ms: %.1f of read, %.1f of checked, %.2f of decoded,"
                            + " %.2f of HashMap%n",
                    keys,
                    bytes(checkpoint),
                    rounds,
                    raw.median(),
                    checked.median(),
                    decoded.median(),
                    map.median(),
                    recovery.median(),
                    recovery.median() / raw.median(),
                    recovery.median() / checked.median(),
                    recovery.median() / decoded.median(),
                    recovery.median() / map.median());
        } finally {
            TemporaryFiles.delete(checkpoint);
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void measure(int round, Figures figures, Work work) throws IOException {
        System.gc();
        long start = System.nanoTime();
        work.run();
        if (round >= 0) {
            figures.add(System.nanoTime() - start);
        }
    }

    private static void load(long keys, String text, Path checkpoint) {
        try (Totals<String, String> totals = totals(keys, keys / 10, text, checkpoint)) {
            totals.run(10);
        }
    }

    private static void recover(long keys, String text, Path checkpoint) {
        try (Totals<String, String> totals = totals(keys, PER_BATCH, text, checkpoint)) {
            totals.run(1);
        }
    }

    private static Totals<String, String> totals(long keys, long perBatch, String text, Path checkpoint) {
        Keys<String, String> source =
                new Keys<>(keys, perBatch, number -> "key-" + number, number -> text + number % 1000);
        return new Totals<>(source, String.class, checkpoint);
    }

    private static List<Path> data(Path checkpoint) throws IOException {
        return TemporaryFiles.in(checkpoint).stream()
                .filter(file ->
                        file.toString().contains("snapshots") || file.toString().contains("journal"))
                .toList();
    }

    private static long bytes(Path checkpoint) throws IOException {
        long bytes = 0;
        for (Path file : data(checkpoint)) {
            bytes += Files.size(file);
        }
        return bytes;
    }

    private static void readRaw(Path checkpoint) throws IOException {
        byte[] buffer = new byte[1 << 16];
        for (Path file : data(checkpoint)) {
            try (InputStream in = Files.newInputStream(file)) {
                while (in.read(buffer) >= 0) {
                    // only read
                }
            }
        }
    }

    private static void readChecked(Path checkpoint) throws IOException {
        CheckpointFiles files = Ownership.filesIn(new LocalFileStore(checkpoint));
        for (Path file : data(checkpoint)) {
            try (FrameReader reader = files.read(checkpoint.relativize(file).toString(), true)) {
                while (reader.next() != null) {
                    // only read
                }
            }
        }
    }

    private static void readEntries(Path checkpoint, long keys) {
        long[] read = {0};
        Objects.requireNonNull(Checkpoint.read(new LocalFileStore(checkpoint)).step("totals"))
                .entries(ValueCodec.builtIn(), Object.class)
                .forEach(entry -> read[0]++);
        if (read[0] != keys) {
            throw new IllegalStateException("the checkpoint has " + read[0] + " keys");
        }
    }

    private static void readIntoMap(Path checkpoint, long keys) {
        Map<Object, Object> map = new HashMap<>();
        Checkpoint.read(new LocalFileStore(checkpoint))
                .step("totals", ValueCodec.builtIn())
                .forEach(entry -> map.put(entry.key(), entry.value()));
        if (map.size() != keys) {
            throw new IllegalStateException("the checkpoint has " + map.size() + " keys");
        }
    }
}
