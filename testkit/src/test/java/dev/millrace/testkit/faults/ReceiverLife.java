/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.faults;

import dev.millrace.MillraceConf;
import dev.millrace.error.CancelledException;
import dev.millrace.error.MillraceException;
import dev.millrace.rdd.StorageLevel;
import dev.millrace.spi.StagedOutput;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StreamingContext;
import dev.millrace.streaming.receiver.Receiver;
import dev.millrace.testkit.FaultyFileStore;
import dev.millrace.testkit.HeldOperation;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** One life of the program of {@link ReceiverLives}. */
final class ReceiverLife {
    static final String NUMBERS = "numbers";
    static final String ONCE = "once";

    private final StreamingContext context;
    private final ByHand<Long> numbers = new ByHand<>();
    private final ByHand<String> silent = new ByHand<>();
    private CompletableFuture<Void> work = CompletableFuture.completedFuture(null);
    private @Nullable HeldOperation held;

    ReceiverLife(MillraceConf conf, Sink sink, FaultyFileStore disk) {
        context = new StreamingContext(conf, Durations.seconds(1));
        StagedOutput<Object> output = sink.output(() -> {
            if (disk.isDead()) {
                throw new IOException("the power has failed");
            }
        });
        context.receiverStream(numbers)
                .named(NUMBERS)
                .map(number -> (Object) number)
                .to(output)
                .named(NUMBERS);
        context.receiverStream(silent)
                .named("silent")
                .map(word -> (Object) word)
                .to(output)
                .named(ONCE);
    }

    /** A receiver whose records a test stores. */
    private static final class ByHand<T> extends Receiver<T> {
        private final CountDownLatch started = new CountDownLatch(1);

        ByHand() {
            super(StorageLevel.MEMORY_AND_DISK_SER());
        }

        @Override
        public void onStart() {
            started.countDown();
        }
    }

    /** Starts, and stores what the silent receiver ever stores, unless it has. */
    void start() {
        context.runBatches(0);
        try {
            numbers.started.await();
            silent.started.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        if (silent.lastDurablePosition().isEmpty()) {
            silent.store(List.of("once"), 1L);
        }
    }

    /** Stores the next numbers; gives the last of them, which is durable then. */
    long store(int count) {
        long durable = numbers.<Long>lastDurablePosition().orElse(0L);
        long last = durable + count;
        numbers.store(LongStream.rangeClosed(durable + 1, last).boxed().toList(), last);
        return last;
    }

    void batches(int count) {
        context.runBatches(count);
    }

    /** Goes on, on a thread of its own, until it comes to an operation that is held, or is done. */
    void goOn(int rounds, HeldOperation operation) {
        held = operation;
        work = CompletableFuture.runAsync(() -> rounds(rounds), task -> {
            Thread thread = new Thread(task, "a program that waits");
            thread.setDaemon(true);
            thread.start();
        });
    }

    private void rounds(int count) {
        for (int i = 0; i < count; i++) {
            store(1);
            batches(1);
        }
    }

    boolean isIdle() {
        return work.isDone();
    }

    /** Goes on where it waits, and must find out that it was fenced; tells how it did. */
    String wake() {
        if (held != null) {
            held.release();
        }
        try {
            work.join();
            rounds(1);
        } catch (MillraceException | CompletionException e) {
            return e instanceof CancelledException ? "cancelled" : Simulation.withoutProcess(e);
        }
        throw new AssertionError("a program goes on that was fenced");
    }

    void close() {
        context.close();
    }

    /** Ends as a process would that has no time. */
    void abandon() {
        if (held != null) {
            held.release();
        }
        work.exceptionally(failure -> null).join();
        try {
            context.stop(Duration.ZERO);
        } catch (RuntimeException e) {
            // its disk is gone, or not its own any more
        }
    }
}
