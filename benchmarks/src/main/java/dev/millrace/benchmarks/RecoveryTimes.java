/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import dev.millrace.internal.checkpoint.Reading;
import dev.millrace.internal.codec.Schemas;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.files.LocalFileStore;
import dev.millrace.internal.runs.Run;
import dev.millrace.internal.runs.RunCursor;
import dev.millrace.streaming.StreamingContext;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** Measures the restarts of {@link Recovery}, each of them in turn with reading. The first round of each is not counted. */
final class RecoveryTimes {
    private final Sizes sizes;
    private final Path checkpoint;
    private final Taken read = new Taken();
    private final Taken decoded = new Taken();
    private final Taken restarted = new Taken();
    private long entries;
    private long most;
    private long live;

    private RecoveryTimes(Sizes sizes, Path checkpoint) {
        this.sizes = sizes;
        this.checkpoint = checkpoint;
    }

    public static void main(String[] arguments) throws IOException {
        Sizes sizes = Recovery.sizes(Arrays.copyOfRange(arguments, 1, arguments.length));
        RecoveryTimes times = new RecoveryTimes(sizes, Path.of(arguments[0]));
        times.run();
        times.report();
    }

    /** The time that something takes, and the processor time of the process meanwhile, with that of the collector. */
    private static final class Taken {
        private final OperatingSystemMXBean system =
                (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        private final Figures time = new Figures();
        private final Figures processor = new Figures();
        private long start;
        private long processorStart;

        void begin() {
            processorStart = system.getProcessCpuTime();
            start = System.nanoTime();
        }

        void end(boolean counts) {
            long end = System.nanoTime();
            if (counts) {
                time.add(end - start);
                processor.add(system.getProcessCpuTime() - processorStart);
            }
        }
    }

    private void run() throws IOException {
        for (int round = -1; round < sizes.get("rounds"); round++) {
            System.gc();
            read(round >= 0);
            System.gc();
            decode(round >= 0);
            System.gc();
            restart(round >= 0);
        }
    }

    private void read(boolean counts) throws IOException {
        read.begin();
        byte[] buffer = new byte[1 << 16];
        for (Path file : TemporaryFiles.in(checkpoint)) {
            try (InputStream in = Files.newInputStream(file)) {
                while (in.read(buffer) >= 0) {
                    // only read
                }
            }
        }
        read.end(counts);
    }

    /** Decodes each entry of each run alone. */
    private void decode(boolean counts) {
        Reading.tell(new LocalFileStore(checkpoint), contents -> {
            decoded.begin();
            entries = 0;
            for (Run run :
                    Objects.requireNonNull(contents.step(LatestValues.STATE)).runs()) {
                decode(run);
            }
            decoded.end(counts);
            return entries;
        });
    }

    private void decode(Run run) {
        ValueCodec codec = ValueCodec.builtIn();
        Schemas schemas = new Schemas();
        run.addSchemas(schemas);
        try (RunCursor entry = run.cursor()) {
            while (entry.next()) {
                codec.decodeKey(entry.keyArray(), entry.keyFrom(), entry.keyTo(), schemas, entry.isSorted());
                codec.decodeValue(
                        entry.valueArray(), entry.valueFrom(), entry.valueTo(), schemas); // nothing is removed
                entries++;
            }
        }
    }

    private void restart(boolean counts) {
        List<MemoryPoolMXBean> old = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .filter(pool -> pool.getName().contains("Old") || pool.getName().contains("Tenured"))
                .toList();
        old.forEach(MemoryPoolMXBean::resetPeakUsage);
        restarted.begin();
        StreamingContext program = LatestValues.program(
                Recovery.updates(sizes), Recovery.value(sizes), sizes.text("fold"), checkpoint.toString());
        try {
            program.runBatches(2); // the first one has no records
            restarted.end(counts);
            most = old.stream().mapToLong(pool -> pool.getPeakUsage().getUsed()).sum();
            System.gc();
            live = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
        } finally {
            program.stop(true, true);
        }
    }

    private void report() throws IOException {
        System.out.printf(
                Locale.ROOT,
                "%,d keys, %,d bytes; medians of %d, and processor time%n"
                        + "read                 %8.1f ms  %8.1f ms%n"
                        + "runs decoded         %8.1f ms  %8.1f ms: %,d entries%n"
                        + "restart, first batch %8.1f ms  %8.1f ms: %.2f of decoded, processor %.2f%n"
                        + "heap: %,d MB of old objects at most, %,d MB live in the end, of %,d MB%n",
                sizes.get("keys"),
                TemporaryFiles.bytes(checkpoint),
                sizes.get("rounds"),
                read.time.median(),
                read.processor.median(),
                decoded.time.median(),
                decoded.processor.median(),
                entries,
                restarted.time.median(),
                restarted.processor.median(),
                restarted.time.median() / decoded.time.median(),
                restarted.processor.median() / decoded.processor.median(),
                most >> 20,
                live >> 20,
                Runtime.getRuntime().maxMemory() >> 20);
    }
}
