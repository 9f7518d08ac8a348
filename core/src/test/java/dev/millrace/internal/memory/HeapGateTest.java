/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.CapturedLog;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HeapGateTest {
    private static final long MB = 1 << 20;

    private final CapturedLog log = new CapturedLog("dev.millrace.memory");
    private long nanos;
    private long inUse = 10 * MB;
    private int collections;
    private final MemoryBudget budget = new MemoryBudget(
            60 * MB,
            new HeapGate(
                    new HeapGate.Heap() {
                        @Override
                        public long max() {
                            return 100 * MB;
                        }

                        @Override
                        public long inUse() {
                            return inUse;
                        }

                        @Override
                        public long collection() {
                            return collections;
                        }
                    },
                    () -> nanos));

    @AfterEach
    void close() {
        log.close();
    }

    private void collect(long left) {
        inUse = left;
        collections++;
        pass(1);
    }

    private void pass(long seconds) {
        nanos += TimeUnit.SECONDS.toNanos(seconds);
    }

    @Test
    void shouldGiveOutTheWholeBudgetWhileTheHeapHasRoom() {
        assertThat(budget.tryAcquire(50 * MB)).isTrue();
        collect(85 * MB);
        assertThat(budget.tryAcquire(10 * MB)).isTrue();
        assertThat(budget.tryAcquire(1)).isFalse();
        assertThat(log.messages()).isEmpty();
    }

    @Test
    void shouldGiveOutNothingWhileTheHeapIsAlmostFull() {
        assertThat(budget.tryAcquire(20 * MB)).isTrue();
        collect(90 * MB);
        assertThat(budget.tryAcquire(1)).isFalse();
        assertThat(budget.tryAcquireFree(1)).isFalse();
        collect(80 * MB);
        assertThat(budget.tryAcquire(40 * MB)).isTrue();
    }

    @Test
    void shouldAskForWhatIsTooMuchAndThenGiveOutAgain() {
        List<Long> asked = new ArrayList<>();
        budget.addEvictor(bytes -> {
            asked.add(bytes);
            budget.release(bytes);
        });
        assertThat(budget.tryAcquire(20 * MB)).isTrue();
        collect(90 * MB);
        assertThat(budget.tryAcquire(MB)).isTrue();
        assertThat(asked).containsExactly(6 * MB);
        assertThat(budget.used()).isEqualTo(15 * MB);
    }

    @Test
    void shouldForgetAReadingThatNoCollectionFollows() {
        collect(95 * MB);
        assertThat(budget.tryAcquire(MB)).isFalse();
        pass(9);
        assertThat(budget.tryAcquire(MB)).isFalse();
        pass(1);
        assertThat(budget.tryAcquire(MB)).isTrue();
        collect(95 * MB);
        assertThat(budget.tryAcquire(MB)).isFalse();
    }

    @Test
    void shouldGiveOutWhatMustBeHeldWhateverTheHeap() {
        collect(99 * MB);
        budget.acquireAnyway(30 * MB);
        assertThat(budget.used()).isEqualTo(30 * MB);
        assertThat(budget.tryAcquire(1)).isFalse();
    }

    @Test
    void shouldWarnOnceInTenMinutes() {
        assertThat(budget.tryAcquire(20 * MB)).isTrue();
        collect(90 * MB);
        assertThat(budget.tryAcquire(MB)).isFalse();
        collect(91 * MB);
        assertThat(budget.tryAcquire(MB)).isFalse();
        assertThat(log.messages())
                .containsExactly("the heap is almost full: after a collection 90 of 100 MB are in use, and"
                        + " millrace.memory.budget of 60 MB knows of 20; until there is room, data is spilled and receivers"
                        + " wait as if the budget were used up; raise -Xmx, or declare the types of records that cannot be"
                        + " spilled by registerTypes, or let the program itself keep less");
        pass(600);
        collect(92 * MB);
        assertThat(budget.tryAcquire(MB)).isFalse();
        assertThat(log.messages()).hasSize(2);
    }

    /** In whatever collector runs the tests. */
    @Test
    void shouldReadTheHeapOfThisJvm() {
        CollectedHeap heap = new CollectedHeap();
        byte[][] kept = new byte[16][1 << 20];
        System.gc();
        assertThat(heap.inUse()).isBetween(kept.length * MB, heap.max());
        long before = heap.collection();
        byte[][] more = new byte[16][1 << 20];
        System.gc();
        assertThat(heap.collection()).isNotEqualTo(before);
        assertThat(kept.length + more.length).isEqualTo(32);
    }
}
