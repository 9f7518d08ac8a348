/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.MillraceConf;
import dev.millrace.error.BatchFailedException;
import dev.millrace.internal.access.Handles;
import dev.millrace.spi.Clock;
import dev.millrace.spi.InputSlice;
import dev.millrace.spi.PartitionedSource;
import dev.millrace.spi.Source;
import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.StopResult;
import dev.millrace.streaming.StreamingContext;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The loop, stepped by the test: no thread, no wait, and the test says when time passes and when the batch thread goes on. */
class DriverLoopTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    /** Stands until it is told to go on. */
    private static final class StandingClock implements Clock {
        private long millis = 1_000_000;

        @Override
        public long wallMillis() {
            return millis;
        }

        @Override
        public long nanos() {
            return millis * 1_000_000;
        }
    }

    /** What a pool is given waits until the test runs it. */
    private static final class ByHand extends AbstractExecutorService implements Threads {
        private final Queue<Runnable> waiting = new ArrayDeque<>();
        private boolean shutdown;

        void runNext() {
            waiting.remove().run();
        }

        @Override
        public ExecutorService pool(int size, ThreadFactory factory) {
            return this;
        }

        @Override
        public <T> BlockingQueue<T> queue() {
            return new LinkedBlockingQueue<>();
        }

        @Override
        public void execute(Runnable work) {
            waiting.add(work);
        }

        @Override
        public void shutdown() {
            shutdown = true;
        }

        @Override
        public List<Runnable> shutdownNow() {
            return List.of();
        }

        @Override
        public boolean isShutdown() {
            return shutdown;
        }

        @Override
        public boolean isTerminated() {
            return shutdown;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            return shutdown;
        }
    }

    /** One number a batch. */
    private final class Numbers implements Source<Integer> {
        @Override
        public String description() {
            return "numbers";
        }

        @Override
        public Cursor<Integer> open(@Nullable Map<Object, Object> position) {
            return new Cursor<>() {
                @Override
                public InputSlice next(BatchTime batch) {
                    if (planningFails) {
                        throw new IllegalStateException("the broker is gone");
                    }
                    return new InputSlice(1, "a number", List.of(1), Map.of());
                }

                @Override
                public PartitionedSource<Integer> read(InputSlice slice) {
                    return new One();
                }

                @Override
                public void close() {
                    closed = true;
                }
            };
        }
    }

    private record One() implements PartitionedSource<Integer> {
        @Override
        public int partitions() {
            return 1;
        }

        @Override
        public Iterator<Integer> read(int partition) {
            return Collections.singleton(1).iterator();
        }
    }

    private final StandingClock clock = new StandingClock();
    private final ByHand threads = new ByHand();
    private final List<Long> ran = new ArrayList<>();
    private final Lifecycle life = Lifecycle.opened();
    private boolean closed;
    private boolean planningFails;
    private boolean batchFails;
    private StreamingContext context;
    private DriverLoop loop;

    @BeforeEach
    void open() throws Exception {
        context = new StreamingContext(new MillraceConf().setMaster("local[1]"), SECOND);
        context.from(new Numbers()).foreachRDD((rdd, time) -> {
            ran.add(time.milliseconds());
            if (batchFails) {
                throw new IllegalStateException("no room");
            }
        });
        Line line = new ProgramStarter(
                        context.millraceContext(),
                        Handles.streams().driver(context).graph(),
                        Handles.contexts().settings(context.millraceContext().getConf()),
                        clock,
                        new Listeners(),
                        threads)
                .open(new BatchTime(clock.millis), false);
        loop = new DriverLoop(life, line, new BatchTimer(clock, 1000, new BatchTime(clock.millis)), clock, threads);
        loop.receive();
        loop.runAgain();
    }

    @AfterEach
    void close() {
        context.millraceContext().stop();
    }

    /** Steps until nothing is due. */
    private void settle() {
        while (loop.doWork()) {}
    }

    private void pass(long millis) {
        clock.millis += millis;
        settle();
    }

    @Test
    void shouldPlanABatchWhenItsTimeHasComeAndNotBefore() {
        assertThat(loop.doWork()).isFalse();
        pass(999);
        assertThat(threads.waiting).isEmpty();
        pass(1);
        assertThat(threads.waiting).hasSize(1);
        assertThat(loop.lastCompleted()).isNull();
        threads.runNext();
        settle();
        assertThat(ran).containsExactly(1_001_000L);
        assertThat(loop.lastCompleted()).isEqualTo(new BatchTime(1_001_000));
        assertThat(life.underWay()).isZero();
    }

    @Test
    void shouldFinishWhatIsPlannedAndPlanNoMore() {
        pass(2000);
        loop.requestStop(Duration.ofSeconds(10));
        pass(5000);
        assertThat(life.state()).isEqualTo(RunState.FINISHING);
        threads.runNext();
        settle();
        assertThat(closed).isFalse();
        threads.runNext();
        settle();
        assertThat(ran).containsExactly(1_001_000L, 1_002_000L);
        assertThat(loop.isOver()).isTrue();
        assertThat(loop.ended()).isCompletedWithValue(StopResult.FINISHED);
        assertThat(closed).isTrue();
    }

    @Test
    void shouldDropWhatWaitsWhenTheDeadlineHasPassed() {
        pass(2000);
        loop.requestStop(Duration.ofSeconds(3));
        pass(2999);
        assertThat(life.state()).isEqualTo(RunState.FINISHING);
        pass(1);
        assertThat(life.state()).isEqualTo(RunState.ROLLING_BACK);
        assertThat(loop.isOver()).isFalse();
        threads.runNext();
        threads.runNext();
        settle();
        assertThat(ran).isEmpty();
        assertThat(loop.ended()).isCompletedWithValue(StopResult.ROLLED_BACK);
    }

    @Test
    void shouldLetNoBatchPassOneThatHasFailed() {
        batchFails = true;
        pass(3000);
        threads.runNext();
        assertThat(life.state()).as("before the loop hears of it").isEqualTo(RunState.FAILED);
        threads.runNext();
        threads.runNext();
        pass(1000);
        assertThat(ran).containsExactly(1_001_000L);
        assertThat(threads.waiting).isEmpty();
        assertThat(loop.isOver()).isTrue();
        assertThat(loop.failure()).isInstanceOf(BatchFailedException.class).hasMessageContaining("no room");
        assertThatThrownBy(loop.ended()::join).hasCause(loop.failure());
        assertThat(closed).isTrue();
    }

    @Test
    void shouldEndWhenABatchCannotBePlannedAndThoseBeforeHaveRun() {
        pass(1000);
        planningFails = true;
        pass(1000);
        assertThat(life.state()).isEqualTo(RunState.FAILED);
        assertThat(closed).isFalse();
        threads.runNext();
        settle();
        assertThat(loop.isOver()).isTrue();
        assertThat(loop.failure())
                .hasMessage("batch 1002000 ms failed: its input could not be planned: the broker is gone");
    }

    @Test
    void shouldCloseWhatWasLeftBehindWhenItsCodeHasEnded() {
        pass(1000);
        loop.requestStop(Duration.ZERO);
        settle();
        loop.abandon();
        assertThat(loop.ended()).isCompletedWithValue(StopResult.ROLLED_BACK);
        assertThat(loop.isOver()).isFalse();
        assertThat(closed).isFalse();
        threads.runNext();
        settle();
        assertThat(ran).isEmpty();
        assertThat(loop.isOver()).isTrue();
        assertThat(closed).isTrue();
    }
}
