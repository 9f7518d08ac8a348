/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.output;

import dev.millrace.internal.files.Durably;
import dev.millrace.spi.OutputBatch;
import dev.millrace.streaming.BatchTime;
import java.io.FileOutputStream;
import java.io.IOException;
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

/**
 * What an output has published into a directory of files, told beside them: the last {@value #MOST} batches of each
 * checkpoint, with the epoch and the run of who staged them. Each program writes a file of its own,
 * {@code OUTPUT-CHECKPOINT-0000000002}, which begins with what those before it had, and is replaced as a whole; so two
 * programs with one checkpoint do not lose each other's receipts. docs/formats/receipts.md.
 */
final class FileReceipts {
    static final int MOST = 100;

    private static final Pattern LINE = Pattern.compile("batch (\\d{1,18}) epoch (\\d{1,18}) run ([0-9a-f-]{36})");

    private final Path directory;
    private final String outputName;
    private final Pattern fileName;

    FileReceipts(Path directory, String outputName) {
        this.directory = directory;
        this.outputName = outputName;
        fileName = Pattern.compile(Pattern.quote(outputName) + "-([0-9a-f-]{36})-(\\d{10})");
    }

    /** A file of receipts. */
    private record Ledger(UUID checkpointId, long epoch, Path path) {}

    /** All receipts, of whatever checkpoint, in order of the batches. */
    List<OutputBatch> all() throws IOException {
        List<OutputBatch> all = new ArrayList<>();
        for (UUID checkpoint :
                ledgers().stream().map(Ledger::checkpointId).distinct().toList()) {
            all.addAll(of(checkpoint, Long.MAX_VALUE).values());
        }
        all.sort(Comparator.comparing(OutputBatch::time));
        return all;
    }

    /** Whether a program has published the batch that has taken the checkpoint from the program of {@code batch}. */
    boolean isOfSuccessor(OutputBatch batch) throws IOException {
        OutputBatch published =
                of(batch.checkpointId(), Long.MAX_VALUE).get(batch.time().milliseconds());
        return published != null && published.epoch() > batch.epoch();
    }

    /** Adds a receipt; durable on return. */
    void add(OutputBatch batch) throws IOException {
        if (batch.epoch() > 0
                && !batch.equals(
                        of(batch.checkpointId(), batch.epoch()).get(batch.time().milliseconds()))) {
            change(batch, receipts -> receipts.put(batch.time().milliseconds(), batch));
        }
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
        StringBuilder lines = new StringBuilder();
        receipts.values()
                .forEach(receipt -> lines.append("batch ")
                        .append(receipt.time().milliseconds())
                        .append(" epoch ")
                        .append(receipt.epoch())
                        .append(" run ")
                        .append(receipt.runId())
                        .append('\n'));
        Path building = directory.resolve("new-" + UUID.randomUUID());
        try (FileOutputStream out = new FileOutputStream(building.toFile())) {
            out.write(lines.toString().getBytes(StandardCharsets.UTF_8));
            out.getFD().sync();
        }
        Durably.move(
                building,
                directory.resolve(
                        outputName + "-" + by.checkpointId() + String.format(Locale.ROOT, "-%010d", by.epoch())));
        for (Ledger ledger : ledgers()) {
            if (ledger.checkpointId().equals(by.checkpointId()) && ledger.epoch() < by.epoch()) {
                Files.deleteIfExists(ledger.path());
            }
        }
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
            Matcher receipt = LINE.matcher(line);
            if (!receipt.matches()) {
                throw new IOException("the file " + ledger.path() + " is damaged: \"" + line
                        + "\" is no receipt of output \"" + outputName
                        + "\"; take out this line, or restore the file with the batches beside it from one backup");
            }
            long time = Long.parseLong(receipt.group(1));
            receipts.put(
                    time,
                    new OutputBatch(
                            new BatchTime(time),
                            outputName,
                            ledger.checkpointId(),
                            Long.parseLong(receipt.group(2)),
                            UUID.fromString(receipt.group(3))));
        }
    }

    /** In order of the epochs. */
    private List<Ledger> ledgers() throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(path -> ledger(path))
                    .flatMap(List::stream)
                    .sorted(Comparator.comparingLong(Ledger::epoch))
                    .toList();
        }
    }

    private List<Ledger> ledger(Path path) {
        Matcher name = fileName.matcher(path.getFileName().toString());
        return name.matches()
                ? List.of(new Ledger(UUID.fromString(name.group(1)), Long.parseLong(name.group(2)), path))
                : List.of();
    }
}
