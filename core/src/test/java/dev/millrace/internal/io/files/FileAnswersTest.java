/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class FileAnswersTest {
    private static final String RULE =
            ": of a directory the files themselves are read, not those of other directories or of directories in it";

    @Test
    void shouldSayWhereItLooksWhenTheDirectoryIsRelative() {
        assertThat(FileAnswers.elsewhere("in"))
                .isEqualTo("not in the directory in, seen from " + Path.of("").toAbsolutePath() + RULE);
        assertThat(FileAnswers.elsewhere("/in")).isEqualTo("not in the directory /in" + RULE);
    }
}
