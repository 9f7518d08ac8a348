/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.output;

import dev.millrace.internal.files.Durably;
import dev.millrace.internal.files.SyncGroup;
import dev.millrace.spi.OutputBatch;
import dev.millrace.streaming.BatchTime;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The receipts of what an output has published into a directory of files, kept beside the files: the last {@value #MOST}
 * batches of each checkpoint, with the epoch and the run of the program that staged them. Each program writes a file of its
 * own, {@code OUTPUT-CHECKPOINT-0000000002}, which begins with the receipts of the programs before it; so two programs with one
 * checkpoint do not lose each other's receipts. See docs/formats/receipts.md.
 */
final class FileReceipts {
    static final int MOST = 100;
    /** More than any line needs, so that each can be replaced in its place, and none crosses the sectors of a disk. */
    private static final int LINE_BYTES = 128;

    private static final Pattern LINE = Pattern.compile("batch (\\d{1,18}) epoch (\\d{1,18}) run ([0-9a-f-]{36})");

    private static final String UNFINISHED = ".new";

    private final Path directory;
    private final String outputName;
    private final Pattern fileName;

    FileReceipts(Path directory, String outputName) {
        this.directory = directory;
        this.outputName = outputName;
        fileName = Pattern.compile(Pattern.quote(outputName) + "-([0-9a-f-]{36})-(\\d{10})(|\\.[0-9a-f-]{36}\\.new)");
    }

    /** A file of receipts. */
    private record Ledger(UUID checkpointId, long epoch, Path path) {}

    /** All receipts: those of each checkpoint that has some, in order of the batches. */
    List<List<OutputBatch>> byCheckpoint() throws IOException {
        List<List<OutputBatch>> all = new ArrayList<>();
        for (UUID checkpoint :
                ledgers().stream().map(Ledger::checkpointId).distinct().toList()) {
            List<OutputBatch> receipts =
                    List.copyOf(of(checkpoint, Long.MAX_VALUE).values());
            if (!receipts.isEmpty()) {
                all.add(receipts);
            }
        }
        return all;
    }

    /** Returns whether a program that took the checkpoint from that of {@code batch} has published the batch. */
    boolean isOfSuccessor(OutputBatch batch) throws IOException {
        OutputBatch published =
                of(batch.checkpointId(), Long.MAX_VALUE).get(batch.time().milliseconds());
        return published != null && published.epoch() > batch.epoch();
    }

    /**
     * Adds a receipt; durable once {@code syncs} were carried out. Once the program has its file that is one small write in its
     * place.
     */
    void add(OutputBatch batch, SyncGroup syncs) throws IOException {
        if (batch.epoch() == 0) {
            return; // without a checkpoint there is none to be restored
        }
        Path own = file(batch);
        if (!Files.exists(own) || Files.size(own) != (long) MOST * LINE_BYTES) {
            change(batch, receipts -> receipts.put(batch.time().milliseconds(), batch));
            return;
        }
        List<@Nullable OutputBatch> lines = new ArrayList<>();
        for (String line : Files.readAllLines(own)) {
            lines.add(receipt(line, batch.checkpointId()));
        }
        if (!lines.contains(batch)) {
            write(own, placeFor(batch, lines), batch, syncs);
        }
    }

    /** The line of the same batch, else a free one, else that of the earliest batch. */
    private static int placeFor(OutputBatch batch, List<@Nullable OutputBatch> lines) {
        int place = 0;
        long least = Long.MAX_VALUE;
        for (int i = 0; i < lines.size(); i++) {
            OutputBatch receipt = lines.get(i);
            if (receipt != null && receipt.time().equals(batch.time())) {
                return i;
            }
            long time = receipt == null ? -1 : receipt.time().milliseconds();
            if (time < least) {
                place = i;
                least = time;
            }
        }
        return place;
    }

    private static void write(Path file, int line, OutputBatch receipt, SyncGroup syncs) throws IOException {
        RandomAccessFile lines = new RandomAccessFile(file.toFile(), "rw");
        try {
            lines.seek((long) line * LINE_BYTES);
            lines.write(line(receipt).getBytes(StandardCharsets.US_ASCII));
        } catch (Throwable e) {
            lines.close();
            throw e;
        }
        syncs.add(() -> {
            try (lines) {
                lines.getFD().sync();
            }
        });
    }

    private static String line(@Nullable OutputBatch receipt) {
        String text = receipt == null
                ? ""
                : "batch " + receipt.time().milliseconds() + " epoch " + receipt.epoch() + " run " + receipt.runId();
        return String.format(Locale.ROOT, "%-" + (LINE_BYTES - 1) + "s\n", text);
    }

    private Path file(OutputBatch batch) {
        return directory.resolve(
                outputName + "-" + batch.checkpointId() + String.format(Locale.ROOT, "-%010d", batch.epoch()));
    }

    /** Removes the receipt of a batch that is no longer visible; durable on return. */
    void takeBack(OutputBatch batch) throws IOException {
        if (of(batch.checkpointId(), batch.epoch()).containsKey(batch.time().milliseconds())) {
            change(batch, receipts -> receipts.remove(batch.time().milliseconds()));
        }
    }

    private void change(OutputBatch by, Consumer<NavigableMap<Long, OutputBatch>> change) throws IOException {
        NavigableMap<Long, OutputBatch> receipts = of(by.checkpointId(), by.epoch());
        change.accept(receipts);
        while (receipts.size() > MOST) {
            receipts.pollFirstEntry();
        }
        FileOutput.createOwnDirectory(directory, "it is kept what was published");
        List<@Nullable OutputBatch> kept = new ArrayList<>(receipts.values());
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < MOST; i++) {
            lines.append(line(i < kept.size() ? kept.get(i) : null));
        }
        Path own = file(by);
        Path building = unfinished(own);
        try (FileOutputStream out = new FileOutputStream(building.toFile())) {
            out.write(lines.toString().getBytes(StandardCharsets.UTF_8));
            out.getFD().sync();
        }
        Durably.move(building, own);
        for (Ledger ledger : files(false)) {
            deleteOfEarlier(by, ledger);
        }
        for (Ledger ledger : ledgers()) {
            deleteOfEarlier(by, ledger);
        }
    }

    private static void deleteOfEarlier(OutputBatch by, Ledger ledger) throws IOException {
        if (ledger.checkpointId().equals(by.checkpointId()) && ledger.epoch() < by.epoch()) {
            Files.deleteIfExists(ledger.path());
        }
    }

    /**
     * A name under which a file is written until it is whole; a crash may leave it. It is drawn each time: a program that was
     * taken over may publish a batch at the moment at which its successor publishes the same one.
     */
    private static Path unfinished(Path file) {
        return file.resolveSibling(file.getFileName() + "." + UUID.randomUUID() + UNFINISHED);
    }

    /** By batch, what the files of programs up to an epoch say. */
    private NavigableMap<Long, OutputBatch> of(UUID checkpointId, long epoch) throws IOException {
        NavigableMap<Long, OutputBatch> receipts = new TreeMap<>();
        for (Ledger ledger : ledgers()) {
            if (ledger.checkpointId().equals(checkpointId) && ledger.epoch() <= epoch) {
                read(ledger, receipts);
            }
        }
        return receipts;
    }

    private void read(Ledger ledger, NavigableMap<Long, OutputBatch> receipts) throws IOException {
        List<String> lines;
        try {
            lines = Files.readAllLines(ledger.path());
        } catch (NoSuchFileException e) {
            return; // a program that has taken over has what it said
        }
        for (String line : lines) {
            OutputBatch receipt = receipt(line, ledger.checkpointId());
            if (receipt != null) {
                receipts.put(receipt.time().milliseconds(), receipt);
            }
        }
    }

    /** Null if the line is free, or if a crash came while it was written, before its batch was visible. */
    private @Nullable OutputBatch receipt(String line, UUID checkpointId) {
        Matcher receipt = LINE.matcher(line.strip());
        return receipt.matches()
                ? new OutputBatch(
                        new BatchTime(Long.parseLong(receipt.group(1))),
                        outputName,
                        checkpointId,
                        Long.parseLong(receipt.group(2)),
                        UUID.fromString(receipt.group(3)))
                : null;
    }

    /** In order of the epochs. */
    private List<Ledger> ledgers() throws IOException {
        return files(true);
    }

    /** The files of all programs in the order of their epochs, those that are whole or those that are not. */
    private List<Ledger> files(boolean whole) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        List<Ledger> found = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path path : (Iterable<Path>) files::iterator) {
                Matcher name = fileName.matcher(path.getFileName().toString());
                if (name.matches() && name.group(3).isEmpty() == whole) {
                    found.add(new Ledger(UUID.fromString(name.group(1)), Long.parseLong(name.group(2)), path));
                }
            }
        }
        found.sort(Comparator.comparingLong(Ledger::epoch));
        return found;
    }
}
