/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The log of all lives of a program, a line an event and lines of traces behind it. */
final class ProgramLog {
    private static final String ERROR = " SEVERE ";
    private static final String WARNING = " WARNING ";

    private final Path file;

    ProgramLog(Path file) {
        this.file = file;
    }

    void mustHaveNoErrors() throws IOException {
        try (Stream<String> lines = Files.lines(file)) {
            assertThat(lines.filter(line -> line.contains(ERROR)))
                    .as("errors in " + file)
                    .isEmpty();
        }
    }

    /** How often each warning came, without the numbers in it. */
    Map<String, Integer> warnings() throws IOException {
        Map<String, Integer> warnings = new TreeMap<>();
        try (Stream<String> lines = Files.lines(file)) {
            lines.filter(line -> line.contains(WARNING))
                    .map(line -> line.substring(line.indexOf(WARNING)).replaceAll("\\d+", "N"))
                    .forEach(line -> warnings.merge(line, 1, Integer::sum));
        }
        return warnings;
    }
}
