/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.logging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Operators set levels by these names, so they are on the guide's page and do not follow the names of classes. */
class LoggerNamesTest {
    private static final Pattern MADE = Pattern.compile("System\\.getLogger\\((.*?)\\)");
    private static final Pattern TOLD = Pattern.compile("(?m)^\\| `(dev\\.millrace[a-z.]*)` \\|");

    @Test
    void shouldBeThoseOfTheGuide() throws IOException {
        Set<String> made = new TreeSet<>();
        for (Path module : List.of(Path.of(""), Path.of("../engine-spark"), Path.of("../testkit"))) {
            for (Path file : sources(module)) {
                all(MADE, Files.readString(file)).forEach(name -> made.add(name.replace("\"", "")));
            }
        }
        assertThat(made).isEqualTo(all(TOLD, Files.readString(Path.of("../docs/guide/logging.md"))));
    }

    private static List<Path> sources(Path module) throws IOException {
        try (Stream<Path> files = Files.walk(module.resolve("src/main/java"))) {
            return files.filter(file -> file.toString().endsWith(".java")).toList();
        }
    }

    private static Set<String> all(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
