/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SyncGroupTest {
    private final SyncGroup syncs = new SyncGroup();
    private final List<Integer> done = Collections.synchronizedList(new ArrayList<>());

    @Test
    void shouldCarryOutAFewInOrderOnTheThreadThatAsks() throws IOException {
        Thread asking = Thread.currentThread();
        for (int i = 0; i < 8; i++) {
            int number = i;
            syncs.add(() -> {
                assertThat(Thread.currentThread()).isSameAs(asking);
                done.add(number);
            });
        }
        assertThat(done).isEmpty();
        syncs.run();
        assertThat(done).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
        syncs.run();
        assertThat(done).hasSize(8);
    }

    /** Each waits for the others: one after the other they would never end. */
    @Test
    void shouldCarryOutManyTogether() throws IOException {
        CountDownLatch together = new CountDownLatch(9);
        for (int i = 0; i < 9; i++) {
            syncs.add(() -> {
                together.countDown();
                try {
                    assertThat(together.await(30, TimeUnit.SECONDS)).isTrue();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                done.add(0);
            });
        }
        syncs.run();
        assertThat(done).hasSize(9);
    }

    @Test
    void shouldTryAllAndTellTheFirstFailure() throws IOException {
        for (int i = 0; i < 100; i++) {
            int number = i;
            syncs.add(() -> {
                done.add(number);
                if (number == 50) {
                    throw new IOException("no space");
                }
            });
        }
        assertThatThrownBy(syncs::run).isInstanceOf(IOException.class).hasMessage("no space");
        assertThat(done)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, 100).boxed().toList());
    }

    @Test
    void shouldNotLetTooMuchWait() throws IOException {
        AtomicInteger open = new AtomicInteger();
        for (int i = 0; i < 1000; i++) {
            assertThat(open.incrementAndGet()).isLessThanOrEqualTo(256);
            syncs.add(open::decrementAndGet);
        }
        syncs.abandon();
        assertThat(open).hasValue(0);
    }

    @Test
    void shouldGoOnWhenItsThreadIsInterrupted() throws IOException {
        Thread.currentThread().interrupt();
        for (int i = 0; i < 20; i++) {
            syncs.add(() -> done.add(0));
        }
        syncs.run();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(done).hasSize(20);
    }
}
