/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;

class WordsTest {
    private static List<String> words(String line) {
        List<String> words = new ArrayList<>();
        new Words(line).forEachRemaining(words::add);
        return words;
    }

    @Test
    void shouldCutAtWhiteSpaceOnly() {
        assertThat(words("to be,\t or\013not  ")).containsExactly("to", "be,", "or", "not");
        assertThat(words(" \t")).isEmpty();
        assertThat(words("")).isEmpty();
        assertThat(words("größe")).containsExactly("größe");
    }

    @Test
    void shouldRefuseToGoOnWhenTheLineIsAtItsEnd() {
        assertThatThrownBy(new Words(" ")::next).isInstanceOf(NoSuchElementException.class);
    }
}
