/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.port;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * A change that is made by hand after the recipe.
 *
 * @param why the reason
 * @param from the text that is there once
 * @param to the text instead
 */
record Edit(String why, String from, String to) {
    /** Ports a program, which has as many marks as there are edits; makes them, and compiles it. Returns the directory of its classes. */
    static Path compiled(String name, Path directory, Edit... edits) throws IOException {
        Programs.compileForSpark(name, Files.createDirectory(directory.resolve("for-spark")));
        String ported = Programs.ported(name);
        assertThat(Pattern.compile("// TODO port: ").matcher(ported).results())
                .as("marks in%n%s", ported)
                .hasSize(edits.length);
        assertThat(Files.readString(Path.of("../docs/coming-from-spark.md")))
                .containsPattern("(?m)^\\| `" + name + "` \\| .* \\| " + edits.length + "(: .*)? \\|$");
        for (Edit edit : edits) {
            assertThat(ported).as(edit.why()).containsOnlyOnce(edit.from());
            ported = ported.replace(edit.from(), edit.to());
        }
        Path classes = Files.createDirectory(directory.resolve("ported"));
        Programs.compile(name, ported, classes);
        return classes;
    }
}
