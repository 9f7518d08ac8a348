/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PooledWorkTest {
    private static void meet(CyclicBarrier barrier) {
        try {
            barrier.await(60, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void shouldDoPiecesAtTheSameTime() {
        CyclicBarrier barrier = new CyclicBarrier(2);
        try (ComputePool pool = new ComputePool(1)) {
            PooledWork.run(List.of(() -> meet(barrier), () -> meet(barrier)), pool, 1);
        }
    }

    @Test
    void shouldDoEachPieceOnce() {
        int[] done = new int[1000];
        try (ComputePool pool = new ComputePool(3)) {
            PooledWork.run(
                    IntStream.range(0, done.length)
                            .<Runnable>mapToObj(i -> () -> done[i]++)
                            .toList(),
                    pool,
                    3);
        }
        assertThat(done).containsOnly(1);
    }

    @Test
    void shouldNotWaitForAHelperThatComesLate() {
        List<Runnable> late = new ArrayList<>();
        AtomicInteger done = new AtomicInteger();
        PooledWork.run(List.of(done::incrementAndGet, done::incrementAndGet), late::add, 5);
        assertThat(done).hasValue(2);
        assertThat(late).hasSize(1);
        late.get(0).run();
        assertThat(done).hasValue(2);
    }

    @Test
    void shouldDoTheOtherPiecesWhenOneFails() {
        AtomicInteger done = new AtomicInteger();
        Runnable fails = () -> {
            throw new IllegalStateException("no room");
        };
        assertThatThrownBy(() ->
                        PooledWork.run(List.of(done::incrementAndGet, fails, done::incrementAndGet), Runnable::run, 1))
                .hasMessage("no room");
        assertThat(done).hasValue(2);
    }

    @Test
    void shouldWaitForWhatAHelperHasBegunWhenItIsInterrupted() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        List<String> seen = new CopyOnWriteArrayList<>();
        Executor helper = work -> {
            new Thread(work).start();
            await(begun); // so that it has the first piece
        };
        Runnable first = () -> {
            begun.countDown();
            await(end);
            seen.add("first");
        };
        Thread caller = new Thread(() -> {
            PooledWork.run(List.of(first, () -> {}), helper, 1);
            seen.add("returned" + (Thread.interrupted() ? ", interrupted" : ""));
        });
        caller.start();
        begun.await();
        caller.interrupt();
        end.countDown();
        caller.join(60_000);
        assertThat(seen).containsExactly("first", "returned, interrupted");
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // of the caller, which goes on
        }
    }
}
