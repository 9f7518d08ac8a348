/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.error.MillraceException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;

class ConcatIteratorTest {
    private final List<String> log = new ArrayList<>();

    /** A part that says when it is opened and closed. */
    private final class Part implements Iterator<String>, AutoCloseable {
        private final String name;
        private final Iterator<String> elements;

        Part(String name) {
            this.name = name;
            elements = name.chars().mapToObj(Character::toString).iterator();
            log.add("opens " + name);
        }

        @Override
        public boolean hasNext() {
            return elements.hasNext();
        }

        @Override
        public String next() {
            return elements.next();
        }

        @Override
        public void close() throws IOException {
            log.add("closes " + name);
            if (name.equals("broken")) {
                throw new IOException("no disk");
            }
        }
    }

    private ConcatIterator<String> of(String... names) {
        return new ConcatIterator<>(List.of(names).iterator(), Part::new, () -> log.add("closes all"));
    }

    @Test
    void shouldOpenEachWhenItsTurnComesAndCloseItAtItsEnd() {
        ConcatIterator<String> all = of("ab", "", "c");
        assertThat(log).isEmpty();
        assertThat(all.next() + all.next()).isEqualTo("ab");
        assertThat(log).containsExactly("opens ab");
        assertThat(all.next()).isEqualTo("c");
        assertThat(log).containsExactly("opens ab", "closes ab", "opens ", "closes ", "opens c");
        assertThat(all.hasNext()).isFalse();
        assertThat(log).endsWith("opens c", "closes c", "closes all");
        assertThatThrownBy(all::next).isInstanceOf(NoSuchElementException.class);
    }

    @Test
    void shouldGiveTheRestInOrder() {
        ConcatIterator<String> all = of("ab", "cd");
        List<String> rest = new ArrayList<>(List.of(all.next()));
        all.forEachRemaining(rest::add);
        assertThat(rest).containsExactly("a", "b", "c", "d");
        assertThat(log).containsExactly("opens ab", "closes ab", "opens cd", "closes cd", "closes all");
    }

    @Test
    void shouldCloseWhatIsOpenAndGiveNothingMore() {
        ConcatIterator<String> all = of("ab", "c");
        all.next();
        all.close();
        assertThat(log).containsExactly("opens ab", "closes ab", "closes all");
        assertThat(all.hasNext()).isFalse();
        all.forEachRemaining(each -> log.add("gives " + each));
        assertThat(log).doesNotContain("opens c", "gives b");
    }

    @Test
    void shouldTellWhatCannotBeClosed() {
        ConcatIterator<String> all = of("broken");
        all.next();
        assertThatThrownBy(all::close)
                .isInstanceOf(MillraceException.class)
                .hasMessage("what was read cannot be closed: java.io.IOException: no disk");
        assertThat(log).endsWith("closes broken", "closes all");
    }
}
