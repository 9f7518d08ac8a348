/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runtime.loop;

import dev.millrace.MillraceConf;
import dev.millrace.internal.engine.ContextRuntime;
import dev.millrace.internal.program.ProgramAccess;
import dev.millrace.internal.runtime.Listeners;
import dev.millrace.internal.runtime.OpenProgram;
import dev.millrace.internal.start.ProgramStarter;
import dev.millrace.internal.threads.Threads;
import dev.millrace.spi.Clock;
import dev.millrace.spi.InputSlice;
import dev.millrace.spi.PartitionedSource;
import dev.millrace.spi.Source;
import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.StreamingContext;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * The loop of a program in real time whose steps a test makes: no thread, no wait, and the test says when time passes and when the batch
 * thread goes on. The program takes one number a batch.
 */
final class LoopByHand implements AutoCloseable {
    static final long INTERVAL = 1000;
    static final long START = 1_000_000;

    /** Stands until it is told to go on. */
    private static final class StandingClock implements Clock {
        private long millis = START;

        @Override
        public long wallMillis() {
            return millis;
        }

        @Override
        public long nanos() {
            return millis * 1_000_000;
        }
    }

    /** Work that a pool is given waits until the test runs it. */
    private static final class ByHand extends CallersThread.AtOnce implements Threads {
        private final Queue<Runnable> waiting = new ArrayDeque<>();

        void runNext() {
            waiting.remove().run();
        }

        @Override
        public void execute(Runnable work) {
            waiting.add(work);
        }

        @Override
        public ExecutorService pool(int size, ThreadFactory factory) {
            return this;
        }

        @Override
        public ScheduledExecutorService timer(ThreadFactory factory) {
            throw new IllegalStateException("there are no receivers");
        }

        @Override
        public <T> BlockingQueue<T> queue() {
            return new LinkedBlockingQueue<>();
        }

        @Override
        public void drive(Steps steps, ThreadFactory factory) {
            throw new IllegalStateException("the test makes the steps");
        }

        @Override
        public boolean await(CompletableFuture<?> future, long nanos) {
            return future.isDone();
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
                    planned.add(batch.milliseconds());
                    return new InputSlice(1, "a number", List.of(1), Map.of());
                }

                @Override
                public PartitionedSource<Integer> read(InputSlice slice) {
                    return new One();
                }

                @Override
                public void close() {
                    closed++;
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
    private final ByHand batchThread = new ByHand();
    private final StreamingContext context;

    final Lifecycle life = Lifecycle.opened();
    final DriverLoop loop;
    final List<Long> planned = new ArrayList<>();
    final List<Long> ran = new ArrayList<>();
    int closed; // how often the input was
    int failed; // how many batches
    boolean planningFails;
    boolean batchFails;

    LoopByHand() throws Exception {
        context = new StreamingContext(new MillraceConf().setMaster("local[1]"), Duration.ofMillis(INTERVAL));
        context.from(new Numbers()).foreachRDD((rdd, time) -> {
            ran.add(time.milliseconds());
            if (batchFails) {
                failed++;
                throw new IllegalStateException("no room");
            }
        });
        OpenProgram program = new ProgramStarter(
                        ContextRuntime.of(context.millraceContext()),
                        ProgramAccess.programs().driver(context).graph(),
                        ContextRuntime.of(context.millraceContext()).settings(),
                        clock,
                        new Listeners(),
                        batchThread,
                        false)
                .open(new BatchTime(START), true); // so that nothing is logged
        BatchTimer timer = new BatchTimer(clock, INTERVAL, new BatchTime(START));
        loop = new DriverLoop(life, program, timer, clock, batchThread);
        loop.receive();
        loop.runAgain();
    }

    /** Steps until nothing is due. */
    void settle() {
        while (loop.doWork()) {}
    }

    /** Time passes, and nobody looks yet. */
    void pass(long millis) {
        clock.millis += millis;
    }

    /** The number of batches that wait for the batch thread. */
    int waiting() {
        return batchThread.waiting.size();
    }

    /** The batch thread runs the next of them. */
    void runBatch() {
        batchThread.runNext();
    }

    @Override
    public void close() {
        context.millraceContext().stop();
    }
}
