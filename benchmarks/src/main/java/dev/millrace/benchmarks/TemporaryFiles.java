/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Directories that a measurement works in. */
public final class TemporaryFiles {
    private TemporaryFiles() {}

    public static Path newDirectory() throws IOException {
        return Files.createTempDirectory("millrace-benchmark-");
    }

    /** All files below a directory. */
    static List<Path> in(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    public static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
