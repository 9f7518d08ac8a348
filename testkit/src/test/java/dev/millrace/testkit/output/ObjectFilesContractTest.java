/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.output;

import dev.millrace.MillraceConf;
import dev.millrace.MillraceContext;
import dev.millrace.Tuple2;
import dev.millrace.internal.io.output.FileOutput;
import dev.millrace.spi.Codec;
import dev.millrace.spi.Output;
import dev.millrace.testkit.OutputContractTest;
import dev.millrace.testkit.OutputUnderTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Object files are exactly once. */
class ObjectFilesContractTest extends OutputContractTest<Tuple2<Integer, String>> {
    @Override
    protected OutputUnderTest<Tuple2<Integer, String>> underTest(Path directory) {
        return new ObjectFiles(directory);
    }

    private static final class ObjectFiles implements OutputUnderTest<Tuple2<Integer, String>> {
        private final Path directory;
        private final MillraceContext context = new MillraceContext(new MillraceConf().setMaster("local"));
        private final Codec codec = context.codec();

        ObjectFiles(Path directory) {
            this.directory = directory;
        }

        @Override
        public Output<Tuple2<Integer, String>> open(String name) {
            return FileOutput.objectFiles(directory.resolve(name).toString(), "objects", codec);
        }

        @Override
        @SuppressWarnings("unchecked") // that is what was written
        public List<Tuple2<Integer, String>> read(String name) throws IOException {
            List<Tuple2<Integer, String>> records = new ArrayList<>();
            try (Stream<Path> batches = Files.list(directory)) {
                for (Path batch : (Iterable<Path>)
                        batches.filter(path -> path.getFileName().toString().startsWith(name + "-"))::iterator) {
                    context.objectFile(batch.toString(), Tuple2.class)
                            .collect()
                            .forEach(record -> records.add((Tuple2<Integer, String>) record));
                }
            }
            return records;
        }

        @Override
        public Tuple2<Integer, String> testRecord(int number) {
            return Tuple2.of(number, "record " + number);
        }

        @Override
        public void close() {
            context.close();
        }
    }
}
