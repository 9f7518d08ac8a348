/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** ARCHITECTURE.md names classes and methods, by which a reader follows a batch and a start; this looks whether they are there. */
class ArchitectureNamesTest {
    private static final Path INTERNAL = Path.of("src/main/java/dev/millrace/internal");
    private static final List<Path> PLACES = List.of(Path.of("src"), Path.of("../testkit/src"));

    /** A class, perhaps with its package below internal, and perhaps with a method. */
    private static final Pattern NAME =
            Pattern.compile("`(?:([a-z]+(?:\\.[a-z]+)*)\\.)?([A-Z]\\w*[a-z]\\w*)(?:\\.([a-z]\\w*))?`");

    @Test
    void shouldNameClassesAndMethodsThatAreThere() throws IOException {
        List<String> wrong = new ArrayList<>();
        Matcher names = NAME.matcher(Files.readString(Path.of("../ARCHITECTURE.md")));
        int seen = 0;
        while (names.find()) {
            seen++;
            if (!isThere(names.group(1), names.group(2), names.group(3))) {
                wrong.add(names.group());
            }
        }
        assertThat(seen).isGreaterThan(80);
        assertThat(wrong).isEmpty();
    }

    private static boolean isThere(String inPackage, String type, String method) throws IOException {
        Optional<Path> file = inPackage == null
                ? find(type)
                : Optional.of(INTERNAL.resolve(inPackage.replace('.', '/') + "/" + type + ".java"));
        return file.isPresent()
                && Files.exists(file.get())
                && (method == null
                        || Pattern.compile("\\b" + method + "\\(")
                                .matcher(Files.readString(file.get()))
                                .find());
    }

    private static Optional<Path> find(String type) throws IOException {
        for (Path place : PLACES) {
            try (Stream<Path> files = Files.walk(place)) {
                Optional<Path> found =
                        files.filter(file -> file.endsWith(type + ".java")).findFirst();
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }
}
