/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.output;

import dev.millrace.spi.Output;
import dev.millrace.streaming.StreamingContext;
import dev.millrace.testkit.OutputUnderTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Files of lines; whoever reads them passes over names that begin with a dot. */
final class FilesUnderTest implements OutputUnderTest<String> {
    private final Path directory;
    private final Kind kind;

    /** Makes an output into a directory. */
    interface Kind {
        Output<? super String> open(String directory);
    }

    FilesUnderTest(Path directory, Kind kind) {
        this.directory = directory;
        this.kind = kind;
    }

    static FilesUnderTest ofText(Path directory) {
        return new FilesUnderTest(directory, StreamingContext::textFiles);
    }

    @Override
    @SuppressWarnings("unchecked") // it only takes records
    public Output<String> open(String name) {
        return (Output<String>) kind.open(directory.resolve(name).toString());
    }

    @Override
    public List<String> read(String name) throws IOException {
        List<String> lines = new ArrayList<>();
        Path root = directory.resolve(name);
        if (Files.isDirectory(root)) {
            try (Stream<Path> files = Files.walk(root)) {
                for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                    if (!root.relativize(file).toString().startsWith(".")) {
                        lines.addAll(Files.readAllLines(file));
                    }
                }
            }
        }
        return lines;
    }

    @Override
    public String testRecord(int number) {
        return "line " + number;
    }
}
