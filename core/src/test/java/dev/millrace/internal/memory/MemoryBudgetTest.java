/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MemoryBudgetTest {
    @Test
    void shouldAskEvictorsInOrderAndOnlyForWhatIsMissing() {
        MemoryBudget budget = new MemoryBudget(100);
        List<String> asked = new ArrayList<>();
        budget.addEvictor(bytes -> {
            asked.add("cache " + bytes);
            budget.release(10);
        });
        budget.addEvictor(bytes -> {
            asked.add("panes " + bytes);
            budget.release(30);
        });
        budget.addEvictor(bytes -> asked.add("shuffles " + bytes));
        assertThat(budget.tryAcquire(90)).isTrue();
        assertThat(asked).isEmpty();
        assertThat(budget.tryAcquire(40)).isTrue();
        assertThat(asked).containsExactly("cache 30", "panes 20");
        assertThat(budget.used()).isEqualTo(90);
    }

    @Test
    void shouldRefuseWithoutAskingAgainWhenAnEvictorAsks() {
        MemoryBudget budget = new MemoryBudget(100);
        List<Boolean> nested = new ArrayList<>();
        budget.addEvictor(bytes -> nested.add(budget.tryAcquire(1_000)));
        assertThat(budget.tryAcquire(200)).isFalse();
        assertThat(nested).containsExactly(false);
        assertThat(budget.tryAcquire(200)).isFalse(); // and is asked again the next time
        assertThat(nested).hasSize(2);
        assertThat(budget.used()).isZero();
    }

    @Test
    void shouldGiveWhatIsLeftWhenSomethingMustBeHeld() {
        MemoryBudget budget = new MemoryBudget(100);
        budget.acquireAnyway(150);
        assertThat(budget.tryAcquire(1)).isFalse();
        budget.release(60);
        assertThat(budget.tryAcquire(10)).isTrue();
        assertThat(budget.tryAcquire(1)).isFalse();
    }

    /** Holders that give way to each other, on threads that hold their own locks as the engine's stores do. */
    @Test
    void shouldCountExactlyAndNeverLockUpWhenManyThreadsGiveWayToEachOther() throws Exception {
        MemoryBudget budget = new MemoryBudget(1_000);
        List<AtomicLong> held = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            AtomicLong mine = new AtomicLong();
            held.add(mine);
            budget.addEvictor(bytes -> {
                synchronized (mine) {
                    long given = Math.min(bytes, mine.get());
                    mine.addAndGet(-given);
                    budget.release(given);
                }
            });
        }
        ExecutorService threads = Executors.newFixedThreadPool(8);
        List<Future<?>> ends = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            AtomicLong mine = held.get(i);
            Random random = new Random(i);
            ends.add(threads.submit(() -> {
                for (int round = 0; round < 20_000; round++) {
                    long bytes = 1 + random.nextInt(400);
                    if (budget.tryAcquire(bytes)) {
                        synchronized (mine) {
                            mine.addAndGet(bytes);
                        }
                    }
                }
            }));
        }
        for (Future<?> end : ends) {
            end.get(60, TimeUnit.SECONDS);
        }
        threads.shutdown();
        assertThat(budget.used())
                .isEqualTo(held.stream().mapToLong(AtomicLong::get).sum())
                .isLessThanOrEqualTo(1_000);
    }
}
