/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.conformance;

import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.io.output.FileOutput;
import dev.millrace.spi.Output;
import dev.millrace.spi.OutputBatch;
import dev.millrace.streaming.BatchTime;
import dev.millrace.testkit.OutputUnderTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The outputs that are exactly once: files, and the sinks of programs. */
enum OutputKind {
    TEXT_FILES,
    OBJECT_FILES,
    TRANSACTIONAL;

    OutputUnderTest<Row> in(Path directory) {
        return this == TRANSACTIONAL ? new LedgerUnderTest() : new FilesUnderTest(this, directory);
    }

    private abstract static class OfRows implements OutputUnderTest<Row> {
        @Override
        public Row testRecord(int number) {
            return Row.of(number);
        }

        @Override
        public List<Class<?>> types() {
            return List.of(Row.class);
        }
    }

    private static final class LedgerUnderTest extends OfRows {
        private final Ledger<Row> ledger = new Ledger<>();

        @Override
        public Output<Row> open(String name) {
            return ledger;
        }

        @Override
        public List<Row> read(String name) {
            return ledger.batches(name).values().stream().flatMap(List::stream).toList();
        }
    }

    private static final class FilesUnderTest extends OfRows {
        private final OutputKind kind;
        private final Path directory;

        FilesUnderTest(OutputKind kind, Path directory) {
            this.kind = kind;
            this.directory = directory;
        }

        @Override
        @SuppressWarnings("unchecked") // it only takes records
        public Output<Row> open(String name) {
            String prefix = directory.resolve(name).toString();
            return kind == OBJECT_FILES
                    ? FileOutput.objectFiles(prefix, "", new ValueCodec(List.of(Row.class)))
                    : (Output<Row>) (Output<?>) FileOutput.textFiles(prefix, "");
        }

        /** By what the output itself says of the batches whose directories there are. */
        @Override
        public List<Row> read(String name) throws Exception {
            List<Row> rows = new ArrayList<>();
            for (String batch : batches(name)) {
                BatchTime time = new BatchTime(Long.parseLong(batch.substring(name.length() + 1)));
                for (String shown :
                        open(name).published(new OutputBatch(time, name)).orElseThrow()) {
                    rows.add(Row.of(Integer.parseInt(shown.replaceAll("\\D+(\\d+).*", "$1"))));
                }
            }
            return rows;
        }

        private List<String> batches(String name) throws IOException {
            try (Stream<Path> all = Files.list(directory)) {
                return all.map(path -> path.getFileName().toString())
                        .filter(file -> file.startsWith(name + "-"))
                        .toList();
            }
        }
    }
}
