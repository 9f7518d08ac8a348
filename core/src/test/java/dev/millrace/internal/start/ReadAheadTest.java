/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ReadAheadTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 127, 128, 129, 100_000})
    void shouldGiveEveryElementInOrder(int count) {
        List<Integer> elements = IntStream.range(0, count).boxed().toList();
        List<Integer> given = new ArrayList<>();
        try (ReadAhead<Integer> ahead = new ReadAhead<>(elements)) {
            ahead.forEach(given::add);
        }
        assertThat(given).isEqualTo(elements);
    }

    @Test
    void shouldThrowAfterTheElementsBeforeWhenAnElementCannotBeRead() {
        Iterable<Integer> elements = () ->
                IntStream.range(0, 3000).map(i -> 10_000 / (2_500 - i)).boxed().iterator();
        List<Integer> given = new ArrayList<>();
        try (ReadAhead<Integer> ahead = new ReadAhead<>(elements)) {
            assertThatThrownBy(() -> ahead.forEach(given::add))
                    .isInstanceOf(ArithmeticException.class)
                    .hasMessage("/ by zero");
        }
        assertThat(given)
                .hasSizeBetween(2_500 - 128, 2_500)
                .isEqualTo(IntStream.range(0, given.size())
                        .map(i -> 10_000 / (2_500 - i))
                        .boxed()
                        .toList());
    }

    @Test
    void shouldReadFewAheadWhenTheyAreLarge() {
        AtomicInteger read = new AtomicInteger();
        Iterable<byte[]> endless = () -> Stream.generate(() -> new byte[read.incrementAndGet() + 200_000])
                .iterator();
        try (ReadAhead<byte[]> ahead = new ReadAhead<>(endless)) {
            Iterator<byte[]> taken = ahead.iterator();
            for (int i = 1; i <= 20; i++) {
                assertThat(taken.next()).hasSize(200_000 + i);
                assertThat(read.get()).isLessThanOrEqualTo(i + 10);
            }
        }
    }

    @Test
    void shouldThrowWhenAnElementThrowsACheckedExceptionUndeclared() {
        Iterable<Integer> elements = () -> {
            throw ReadAheadTest.<RuntimeException>undeclared(new IOException("gone"));
        };
        try (ReadAhead<Integer> ahead = new ReadAhead<>(elements)) {
            assertThatThrownBy(() -> ahead.forEach(element -> {}))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("what was kept cannot be read: java.io.IOException: gone");
        }
    }

    @SuppressWarnings("unchecked")
    private static <E extends Exception> E undeclared(Exception e) throws E {
        throw (E) e;
    }

    @Test
    void shouldStopReadingWhenItIsClosedEarly() {
        AtomicInteger read = new AtomicInteger();
        Iterable<Integer> endless =
                () -> IntStream.generate(read::incrementAndGet).boxed().iterator();
        try (ReadAhead<Integer> ahead = new ReadAhead<>(endless)) {
            assertThat(ahead.iterator().next()).isEqualTo(1);
        }
        int whenClosed = read.get();
        assertThat(whenClosed).isLessThan(20_000);
        assertThat(read.get()).isEqualTo(whenClosed);
    }

    @Test
    void shouldKeepTheInterruptOfWhoeverTakes() {
        List<Integer> elements = IntStream.range(0, 10_000).boxed().toList();
        Thread.currentThread().interrupt();
        try (ReadAhead<Integer> ahead = new ReadAhead<>(elements)) {
            Iterator<Integer> taken = ahead.iterator();
            int last = -1;
            while (taken.hasNext()) {
                last = taken.next();
            }
            assertThat(last).isEqualTo(9_999);
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
        } finally {
            Thread.interrupted(); // so that it does not hit the next test
        }
    }
}
