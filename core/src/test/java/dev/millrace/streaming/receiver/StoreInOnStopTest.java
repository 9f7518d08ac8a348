/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.receiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.MillraceConf;
import dev.millrace.error.CancelledException;
import dev.millrace.rdd.StorageLevel;
import dev.millrace.streaming.StopResult;
import dev.millrace.streaming.StreamingContext;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Receivers that flush what they hold in onStop, or wait there for a thread of theirs that does. */
@Timeout(60)
class StoreInOnStopTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration SHORT = Duration.ofMillis(10);
    private static final String MAX_PENDING = "millrace.streaming.receiver.maxPendingBytes";

    @TempDir
    private Path directory;

    private final List<Object> received = Collections.synchronizedList(new ArrayList<>());

    /** Holds records back until it ends. */
    private static class Flushing extends ByHand<Object> {
        @Override
        public void onStop() {
            store("b");
            store(List.of("c"), 3);
            store("d");
        }
    }

    /** Has a thread of its own, which stores until it is told to end; onStop waits until it has stored what it has. */
    private static final class WithThread extends ByHand<Object> {
        private final List<String> blocks;
        private final CountDownLatch ends = new CountDownLatch(1);
        private final FutureTask<Void> work = new FutureTask<>(this::flush);

        WithThread(String... blocks) {
            this.blocks = List.of(blocks);
        }

        private @Nullable Void flush() throws InterruptedException {
            ends.await();
            blocks.forEach(block -> store(List.of(block)));
            return null;
        }

        @Override
        public void onStart() {
            new Thread(work, "flushing").start();
            super.onStart();
        }

        @Override
        public void onStop() {
            ends.countDown();
            try {
                work.get();
            } catch (InterruptedException | ExecutionException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private StreamingContext started(Duration interval, Receiver<Object> from, boolean durable, String... settings)
            throws InterruptedException {
        MillraceConf conf = new MillraceConf().setMaster("local[2]");
        for (int i = 0; i < settings.length; i += 2) {
            conf.set(settings[i], settings[i + 1]);
        }
        StreamingContext ssc = new StreamingContext(conf, interval);
        if (durable) {
            ssc.checkpoint(directory.toString());
        }
        ssc.receiverStream(from).named("numbers").foreachRDD("received", rdd -> received.addAll(rdd.collect()));
        ssc.start();
        return ssc;
    }

    /** Returns the records that are there for the next run of the program. */
    private List<Object> left() throws InterruptedException {
        received.clear();
        StreamingContext ssc = started(HOUR, new ByHand<>(), true);
        assertThat(ssc.stop(LONG)).isEqualTo(StopResult.FINISHED);
        return List.copyOf(received);
    }

    @Test
    void shouldProcessWhatIsStoredInOnStop() throws Exception {
        Flushing receiver = new Flushing();
        StreamingContext ssc = started(HOUR, receiver, true);
        assertThat(receiver.event()).isEqualTo("start");
        receiver.store("a");
        assertThat(ssc.stop(LONG)).isEqualTo(StopResult.FINISHED);
        assertThat(received).containsExactly("a", "b", "c", "d");
        assertThatThrownBy(() -> receiver.store("e"))
                .isInstanceOf(CancelledException.class)
                .hasMessage("receiver numbers is not running; the record is not stored");
        assertThat(left()).isEmpty();
    }

    @Test
    void shouldProcessItWithoutALogToo() throws Exception {
        Flushing receiver = new Flushing();
        StreamingContext ssc = started(HOUR, receiver, false);
        assertThat(receiver.event()).isEqualTo("start");
        assertThat(ssc.stop(LONG)).isEqualTo(StopResult.FINISHED);
        assertThat(received).containsExactly("b", "c", "d");
    }

    /** Each block fills the gate, so that a batch must come before the next. */
    @Test
    void shouldRunBatchesWhileOnStopWaitsForRoom() throws Exception {
        WithThread receiver = new WithThread("a", "b", "c", "d");
        StreamingContext ssc = started(SHORT, receiver, true, MAX_PENDING, "1");
        assertThat(receiver.event()).isEqualTo("start");
        assertThat(ssc.stop(LONG)).isEqualTo(StopResult.FINISHED);
        assertThat(received).containsExactly("a", "b", "c", "d");
        assertThat(left()).isEmpty();
    }

    /** No batch comes in time; behind the deadline there is room in the log. */
    @Test
    void shouldLogWhatIsStoredBehindTheDeadline() throws Exception {
        WithThread receiver = new WithThread("a", "b", "c", "d");
        StreamingContext ssc = started(HOUR, receiver, true, MAX_PENDING, "1");
        assertThat(receiver.event()).isEqualTo("start");
        assertThat(ssc.stop(Duration.ofMillis(50))).isEqualTo(StopResult.ROLLED_BACK);
        assertThat(received).isEmpty();
        assertThat(left()).containsExactly("a", "b", "c", "d");
    }

    @Test
    void shouldLogWhatIsStoredInOnStopWhenTheProgramStopsAtOnce() throws Exception {
        WithThread receiver = new WithThread("a", "b", "c", "d");
        StreamingContext ssc =
                started(HOUR, receiver, true, MAX_PENDING, "1", "millrace.streaming.receiver.maxRate", "1");
        assertThat(receiver.event()).isEqualTo("start");
        ssc.stop();
        assertThat(received).isEmpty();
        assertThat(left()).containsExactly("a", "b", "c", "d");
    }

    @Test
    void shouldTellThatThereIsNoRoomWhenNothingOutlivesTheProgram() throws Exception {
        WithThread receiver = new WithThread("a", "b");
        StreamingContext ssc = started(HOUR, receiver, false, MAX_PENDING, "1");
        assertThat(receiver.event()).isEqualTo("start");
        ssc.stop();
        assertThatThrownBy(() -> receiver.work.get(30, TimeUnit.SECONDS))
                .hasCauseInstanceOf(CancelledException.class)
                .hasMessageContaining(
                        "receiver numbers waited for room, and no batch makes any more; the record is not" + " stored");
    }

    @Test
    void shouldKeepWhatIsStoredInOnStopBeforeARestart() throws Exception {
        ByHand<Object> receiver = new ByHand<>(StorageLevel.MEMORY_AND_DISK_SER()) {
            private int lives;

            @Override
            public void onStop() {
                if (++lives == 1) {
                    store("a", 1);
                }
            }

            @Override
            protected void onDurable(Object position) {}
        };
        try (Program<Object> program =
                new Program<>(receiver, directory, "millrace.streaming.receiverRestartDelay", "0ms").run(0)) {
            assertThat(receiver.event()).isEqualTo("start");
            receiver.restart("again");
            assertThat(receiver.event()).isEqualTo("start at 1");
            assertThat(program.run(1).received()).containsExactly("a");
        }
    }
}
