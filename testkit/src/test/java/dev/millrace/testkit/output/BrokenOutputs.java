/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.output;

import dev.millrace.Tuple2;
import dev.millrace.spi.OutputBatch;
import dev.millrace.spi.StagedOutput;
import dev.millrace.streaming.BatchTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;

/** Outputs with the mistakes that people make. */
final class BrokenOutputs {
    private BrokenOutputs() {}

    /** Files that are staged and published by their name; right but for what the subclasses change. */
    abstract static class Lines implements StagedOutput<String> {
        final String directory;

        Lines(String directory) {
            this.directory = directory;
        }

        Path file(OutputBatch batch, int partition) {
            return Path.of(directory).resolve(batch.time().milliseconds() + "-" + partition);
        }

        Path attempt(OutputBatch batch, int partition, int attempt) {
            return Path.of(directory)
                    .resolve(".staging")
                    .resolve(batch.time().milliseconds() + "-" + partition + "-" + attempt + "-" + UUID.randomUUID());
        }

        /** Returns all staged parts of a batch, whoever has staged them. */
        List<Path> allStaged(OutputBatch batch) throws IOException {
            Path staging = Path.of(directory, ".staging");
            if (!Files.isDirectory(staging)) {
                return List.of();
            }
            String start = batch.time().milliseconds() + "-";
            try (var staged = Files.list(staging)) {
                return staged.filter(path -> path.getFileName().toString().startsWith(start))
                        .sorted()
                        .toList();
            }
        }

        static String write(Path file, Iterator<String> records) throws IOException {
            Files.createDirectories(file.getParent());
            List<String> lines = new ArrayList<>();
            records.forEachRemaining(lines::add);
            Files.write(file, lines);
            return file.toString();
        }

        @Override
        public void publish(OutputBatch batch, List<String> parts) throws IOException {
            if (!parts.isEmpty()) {
                write(
                        receipt(batch),
                        List.of(batch.checkpointId() + " " + batch.epoch() + " " + batch.runId())
                                .iterator());
            }
            show(batch, parts);
        }

        abstract void show(OutputBatch batch, List<String> parts) throws IOException;

        private Path receipt(OutputBatch batch) {
            return Path.of(directory)
                    .resolve(".receipts")
                    .resolve(batch.outputName() + "-" + batch.time().milliseconds() + "-" + batch.checkpointId());
        }

        @Override
        public List<OutputBatch> receipts(String outputName, BatchTime after) throws IOException {
            List<OutputBatch> receipts = new ArrayList<>();
            Path kept = Path.of(directory).resolve(".receipts");
            if (Files.isDirectory(kept)) {
                try (var files = Files.list(kept)) {
                    for (Path file : files.toList()) {
                        String name = file.getFileName().toString();
                        BatchTime time = new BatchTime(
                                name.startsWith(outputName + "-")
                                        ? Long.parseLong(name.substring(outputName.length() + 1)
                                                .split("-")[0])
                                        : -1);
                        String[] by = Files.readString(file).strip().split(" ");
                        if (time.isAfter(after)) {
                            receipts.add(new OutputBatch(
                                    time,
                                    outputName,
                                    UUID.fromString(by[0]),
                                    Long.parseLong(by[1]),
                                    UUID.fromString(by[2])));
                        }
                    }
                }
            }
            return receipts;
        }

        @Override
        public void discard(OutputBatch batch) throws IOException {}

        @Override
        public void retract(OutputBatch batch) throws IOException {
            for (int partition = 0; partition < 10; partition++) {
                Files.deleteIfExists(file(batch, partition));
            }
            Files.deleteIfExists(receipt(batch));
        }
    }

    /** Readers see what may be rolled back. */
    static final class PublishesWhenStaged extends Lines {
        PublishesWhenStaged(String directory) {
            super(directory);
        }

        @Override
        public String stage(OutputBatch batch, int partition, int attempt, Iterator<String> records)
                throws IOException {
            return write(file(batch, partition), records);
        }

        @Override
        void show(OutputBatch batch, List<String> parts) {}
    }

    /** Appends again what is there already. */
    static final class PublishesTwice extends Lines {
        PublishesTwice(String directory) {
            super(directory);
        }

        @Override
        public String stage(OutputBatch batch, int partition, int attempt, Iterator<String> records)
                throws IOException {
            return records.hasNext() ? write(attempt(batch, partition, attempt), records) : "";
        }

        @Override
        void show(OutputBatch batch, List<String> parts) throws IOException {
            for (String part : parts) {
                Files.write(
                        file(batch, 0),
                        Files.readAllLines(Path.of(part)),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.APPEND);
            }
        }
    }

    /** Publishes all that it finds in staging, whichever attempt wrote it. */
    static final class PublishesLosers extends Lines {
        PublishesLosers(String directory) {
            super(directory);
        }

        @Override
        public String stage(OutputBatch batch, int partition, int attempt, Iterator<String> records)
                throws IOException {
            return write(attempt(batch, partition, attempt), records);
        }

        @Override
        void show(OutputBatch batch, List<String> parts) throws IOException {
            int number = 0;
            for (Path part : allStaged(batch)) {
                Files.writeString(file(batch, number++), Files.readString(part));
            }
        }
    }

    /** Deletes all that is staged of the batch, whoever has staged it. */
    static class DiscardsItsSuccessor extends Lines {
        DiscardsItsSuccessor(String directory) {
            super(directory);
        }

        @Override
        public String stage(OutputBatch batch, int partition, int attempt, Iterator<String> records)
                throws IOException {
            return write(attempt(batch, partition, attempt), records);
        }

        @Override
        void show(OutputBatch batch, List<String> parts) throws IOException {
            for (int i = 0; i < parts.size(); i++) {
                Path part = Path.of(parts.get(i));
                if (Files.exists(part) || !Files.exists(file(batch, i))) {
                    Files.writeString(file(batch, i), Files.readString(part));
                }
            }
        }

        @Override
        public void discard(OutputBatch batch) throws IOException {
            for (Path part : allStaged(batch)) {
                Files.delete(part);
            }
        }
    }

    /** Discards only its own, and takes back what it finds. */
    static final class RetractsFilesOfItsSuccessor extends DiscardsItsSuccessor {
        RetractsFilesOfItsSuccessor(String directory) {
            super(directory);
        }

        @Override
        public void discard(OutputBatch batch) throws IOException {}
    }

    /** All attempts at a partition write one file. */
    static final class SharesAttempts extends Lines {
        SharesAttempts(String directory) {
            super(directory);
        }

        @Override
        public String stage(OutputBatch batch, int partition, int attempt, Iterator<String> records)
                throws IOException {
            Path staged =
                    Path.of(directory).resolve(".staging").resolve(batch.time().milliseconds() + "-" + partition);
            Files.createDirectories(staged.getParent());
            Files.deleteIfExists(staged);
            while (records.hasNext()) {
                Files.writeString(staged, records.next() + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            }
            return staged.toString();
        }

        @Override
        void show(OutputBatch batch, List<String> parts) throws IOException {
            for (int i = 0; i < parts.size(); i++) {
                if (Files.exists(Path.of(parts.get(i)))) {
                    Files.writeString(file(batch, i), Files.readString(Path.of(parts.get(i))));
                }
            }
        }
    }

    /** Says that it has published nothing. */
    static final class KeepsNoReceipts extends DiscardsItsSuccessor {
        KeepsNoReceipts(String directory) {
            super(directory);
        }

        @Override
        public List<OutputBatch> receipts(String outputName, BatchTime after) {
            return List.of();
        }
    }

    /** The rows are committed before the receipt is written. */
    static final class ReceiptAfterwards extends CountsTable {
        ReceiptAfterwards(String url) throws SQLException {
            super(url);
        }

        @Override
        public void write(OutputBatch batch, Iterator<Tuple2<String, Integer>> records) throws SQLException {
            try (Connection connection = connect()) {
                insertRows(connection, batch, records);
                insertReceipt(connection, batch);
            }
        }
    }

    /** The receipt is committed before the rows. */
    static final class ReceiptBefore extends CountsTable {
        ReceiptBefore(String url) throws SQLException {
            super(url);
        }

        @Override
        public void write(OutputBatch batch, Iterator<Tuple2<String, Integer>> records) throws SQLException {
            try (Connection connection = connect()) {
                insertReceipt(connection, batch);
                connection.setAutoCommit(false);
                insertRows(connection, batch, records);
                connection.commit();
            }
        }
    }

    /** The rows go and the receipt stays, so that the batch is not written again. */
    static final class KeepsReceipts extends CountsTable {
        KeepsReceipts(String url) throws SQLException {
            super(url);
        }

        @Override
        public void retract(OutputBatch batch) throws SQLException {
            try (Connection connection = connect()) {
                delete(connection, "counts", batch);
            }
        }
    }

    /** It takes back only what was written in the epoch of the program that takes back, which is a later one. */
    static final class RetractsItsOwnEpoch extends CountsTable {
        RetractsItsOwnEpoch(String url) throws SQLException {
            super(url);
        }

        @Override
        void delete(Connection connection, String table, OutputBatch batch) throws SQLException {
            deleteBy(connection, table, "epoch = " + batch.epoch(), batch);
        }
    }

    /** It takes back the rows of a batch whoever has written them, and only its own receipts. */
    static final class RetractsRowsOfOthers extends CountsTable {
        RetractsRowsOfOthers(String url) throws SQLException {
            super(url);
        }

        @Override
        void delete(Connection connection, String table, OutputBatch batch) throws SQLException {
            if (table.equals("counts")) {
                deleteBy(connection, table, "TRUE", batch);
            } else {
                super.delete(connection, table, batch);
            }
        }
    }

    private static void deleteBy(Connection connection, String table, String condition, OutputBatch batch)
            throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement(
                "DELETE FROM " + table + " WHERE output = ? AND batch = ? AND " + condition)) {
            delete.setString(1, batch.outputName());
            delete.setLong(2, batch.time().milliseconds());
            delete.executeUpdate();
        }
    }

    /** A batch is published once whichever checkpoint or run it is of, as if there were only one. */
    static final class KnowsNoCheckpoints extends CountsTable {
        KnowsNoCheckpoints(String url) throws SQLException {
            super(url);
        }

        @Override
        public boolean isPublished(OutputBatch batch) throws SQLException {
            return receipts(batch.outputName(), new BatchTime(batch.time().milliseconds() - 1)).stream()
                    .anyMatch(receipt -> receipt.time().equals(batch.time()));
        }
    }

    /** The receipts do not tell which run wrote them. */
    static final class ForgetsTheRun extends CountsTable {
        ForgetsTheRun(String url) throws SQLException {
            super(url);
        }

        @Override
        public List<OutputBatch> receipts(String outputName, BatchTime after) throws SQLException {
            return super.receipts(outputName, after).stream()
                    .map(receipt -> new OutputBatch(
                            receipt.time(), outputName, receipt.checkpointId(), receipt.epoch(), new UUID(0, 0)))
                    .toList();
        }
    }

    /** It is taken back whoever has written it. */
    static final class RetractsItsSuccessor extends CountsTable {
        RetractsItsSuccessor(String url) throws SQLException {
            super(url);
        }

        @Override
        public void retract(OutputBatch batch) throws SQLException {
            super.retract(new OutputBatch(
                    batch.time(), batch.outputName(), batch.checkpointId(), Long.MAX_VALUE, batch.runId()));
        }
    }
}
