/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.receiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.error.BatchFailedException;
import dev.millrace.error.CancelledException;
import dev.millrace.error.CodecException;
import dev.millrace.error.MillraceException;
import dev.millrace.streaming.event.BatchInfo;
import dev.millrace.streaming.event.StreamingListener;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every way to store, and what becomes of it. */
@Timeout(60)
class StoreTest {
    private static final String MAX_PENDING = "millrace.streaming.receiver.maxPendingBytes";
    private static final String BLOCK_BYTES = "millrace.streaming.receiver.blockBytes";
    private static final String BLOCK_INTERVAL = "millrace.streaming.blockInterval";
    private static final String MAX_RATE = "millrace.streaming.receiver.maxRate";

    @TempDir
    private Path directory;

    private final ByHand<Object> receiver = new ByHand<>();

    private ByteBuffer encoded(Program<Object> program, Object... records) {
        return ByteBuffer.wrap(program.ssc.millraceContext().codec().encode(List.of(records)));
    }

    @Test
    void shouldRefuseARecordThatIsNull() {
        try (Program<Object> program = new Program<>(receiver, null)) {
            program.run(0);
            awaitStart("start");
            String told = "receiver numbers stores a record that is null; a record is never null, so leave it out";
            assertThatThrownBy(() -> receiver.store((Object) null))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(told);
            assertThatThrownBy(() -> receiver.store(Arrays.asList("a", null))).hasMessage(told);
            assertThatThrownBy(() -> receiver.store(Arrays.asList("a", null).iterator(), 7))
                    .hasMessage(told);
            byte[] list = program.ssc.millraceContext().codec().encode(Arrays.asList("a", null));
            assertThatThrownBy(() -> receiver.store(ByteBuffer.wrap(list)))
                    .isInstanceOf(CodecException.class)
                    .hasMessage("record 1 of an encoded block cannot be read: it is null, which no record is;"
                            + " nothing of the block is stored");
            receiver.store("b");
            program.run(1);
            assertThat(program.received()).containsExactly("b");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldKeepTheOrderOfAllStoreForms(boolean logged) {
        try (Program<Object> program = new Program<>(receiver, logged ? directory : null)) {
            program.run(0);
            awaitStart("start");
            receiver.store("a");
            receiver.store("b", 2);
            receiver.store(List.of("c", "d"));
            receiver.store(List.of("e"), 5);
            receiver.store(List.of("f", "g").iterator());
            receiver.store(List.of("h").iterator(), 8);
            receiver.store(encoded(program, "i", "j"));
            ByteBuffer last = encoded(program, "k");
            receiver.store(last, 11);
            receiver.store(List.of());
            receiver.store("l", 12);

            assertThat(last.hasRemaining()).isTrue(); // a buffer is left as it was
            assertThat(receiver.<Integer>lastDurablePosition()).contains(11);
            program.run(1);
            assertThat(program.batches)
                    .containsExactly(List.of("a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"));
            assertThat(receiver.<Integer>lastDurablePosition()).contains(12);
        }
    }

    private void awaitStart(String event) {
        try {
            assertThat(receiver.event()).isEqualTo(event);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void shouldTellOfPositionsInOrderAndSurviveAFailureToHear() throws Exception {
        ByHand<Object> failing = new ByHand<>() {
            @Override
            protected void onDurable(Object position) {
                super.onDurable(position);
                throw new IllegalArgumentException("no ear for " + position);
            }
        };
        try (Program<Object> program = new Program<>(failing, directory)) {
            program.run(0);
            assertThat(failing.event()).isEqualTo("start");
            for (int i = 0; i < 3; i++) {
                failing.store(List.of(i), Map.of("offset", i));
            }
            for (int i = 0; i < 3; i++) {
                assertThat(failing.event()).isEqualTo("durable {offset=" + i + "}");
            }
            assertThat(program.told()).isEqualTo("started numbers:");
            assertThat(program.told())
                    .isEqualTo("error numbers: onDurable() failed"
                            + " (java.lang.IllegalArgumentException: no ear for {offset=0})");
            program.run(1);
            assertThat(program.received()).containsExactly(0, 1, 2);
        }
    }

    @Test
    void shouldGiveEachThreadItsOrderWhenSeveralStoreAtOnce() throws Exception {
        int threads = 4;
        int each = 5_000;
        try (Program<Object> program = new Program<>(receiver, directory, BLOCK_BYTES, "4k", BLOCK_INTERVAL, "1ms")) {
            program.run(0);
            awaitStart("start");
            List<FutureTask<Void>> storing = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                int number = thread;
                FutureTask<Void> task = new FutureTask<>(
                        () -> {
                            for (int i = 0; i < each; i++) {
                                if (i % 100 == 0) {
                                    receiver.store(List.of(number * each + i));
                                } else {
                                    receiver.store(number * each + i);
                                }
                            }
                        },
                        null);
                storing.add(task);
                new Thread(task).start();
            }
            for (FutureTask<Void> task : storing) {
                while (!task.isDone()) {
                    program.run(1);
                }
                task.get();
            }
            program.run(1);
            assertThat(program.received()).hasSize(threads * each);
            for (int thread = 0; thread < threads; thread++) {
                int number = thread;
                assertThat(program.received())
                        .filteredOn(record -> (int) record / each == number)
                        .isEqualTo(IntStream.range(number * each, (number + 1) * each)
                                .boxed()
                                .toList());
            }
        }
    }

    @Test
    void shouldSealWhatWasStoredAfterTheBlockInterval() throws Exception {
        try (Program<Object> program = new Program<>(receiver, directory, BLOCK_INTERVAL, "1ms")) {
            program.run(0);
            awaitStart("start");
            receiver.store("a", 1);
            assertThat(receiver.event()).isEqualTo("durable 1"); // no batch has asked for it
        }
    }

    @Test
    void shouldSealAFullBlockAtOnce() throws Exception {
        try (Program<Object> program = new Program<>(receiver, directory, BLOCK_BYTES, "1k")) {
            program.run(0);
            awaitStart("start");
            receiver.store("a".repeat(500), 1);
            receiver.store("a".repeat(500), 2);
            receiver.store("b", 3);
            assertThat(receiver.event()).isEqualTo("durable 2");
            program.run(1);
            assertThat(receiver.event()).isEqualTo("durable 3");
        }
    }

    @Test
    void shouldSealAtTheEdgeOfABatch() throws Exception {
        try (Program<Object> program = new Program<>(receiver, directory)) {
            program.run(0);
            awaitStart("start");
            receiver.store("a", 1);
            program.run(1);
            assertThat(program.batches).containsExactly(List.of("a"));
            assertThat(receiver.event()).isEqualTo("durable 1");
            program.run(1);
            assertThat(program.batches).containsExactly(List.of("a"), List.of());
        }
    }

    @Test
    void shouldRefuseToStoreWithoutAProgram() {
        assertThatThrownBy(() -> receiver.store("a"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("this receiver belongs to no running program, so it cannot store or report; pass it to"
                        + " ssc.receiverStream(...) and begin in onStart() or run()");
        assertThat(receiver.isStarted()).isFalse();
        assertThat(receiver.isStopped()).isFalse();
    }

    @Test
    void shouldRefuseToStoreAfterTheEnd() {
        Program<Object> program = new Program<>(receiver, directory);
        program.run(0);
        awaitStart("start");
        program.close();
        assertThat(receiver.isStopped()).isTrue();
        assertThatThrownBy(() -> receiver.store("a"))
                .isInstanceOf(CancelledException.class)
                .hasMessage("receiver numbers is not running; the record is not stored");
        assertThatThrownBy(() -> receiver.store(List.of("a"), 3))
                .isInstanceOf(CancelledException.class)
                .hasMessage("receiver numbers is not running; the record is not stored");
    }

    @Test
    void shouldStoreInAThreadThatIsInterruptedAndNeedNotWait() {
        try (Program<Object> program = new Program<>(receiver, directory)) {
            program.run(0);
            awaitStart("start");
            Thread.currentThread().interrupt();
            receiver.store("a", 1);
            assertThat(Thread.interrupted()).isTrue();
            program.run(1);
            assertThat(program.received()).containsExactly("a");
        }
    }

    @Test
    void shouldStoreNothingWhenAWaitForRoomIsInterrupted() {
        try (Program<Object> program = new Program<>(receiver, directory, MAX_PENDING, "1")) {
            program.run(0);
            awaitStart("start");
            receiver.store(List.of("a"));
            Thread.currentThread().interrupt(); // so that the wait ends where it begins
            assertThatThrownBy(() -> receiver.store("b"))
                    .isInstanceOf(CancelledException.class)
                    .hasMessage("receiver numbers was interrupted while it waited for room; the record is not stored");
            assertThatThrownBy(() -> receiver.store(List.of("b"))).isInstanceOf(CancelledException.class);
            assertThat(Thread.interrupted()).isTrue();
            program.run(1);
            receiver.store("c");
            program.run(1);
            assertThat(program.received()).containsExactly("a", "c");
        }
    }

    @Test
    void shouldStoreNothingWhenAWaitForTheRateIsInterrupted() {
        try (Program<Object> program = new Program<>(receiver, directory, MAX_RATE, "0.001")) {
            program.run(0);
            awaitStart("start");
            receiver.store("a");
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> receiver.store("b"))
                    .isInstanceOf(CancelledException.class)
                    .hasMessage("receiver numbers was interrupted while it waited for room; the record is not stored");
            assertThat(Thread.interrupted()).isTrue();
            program.run(1);
            assertThat(program.received()).containsExactly("a");
        }
    }

    @Test
    void shouldWaitWhileTooMuchIsPendingAndGoOnWhenABatchHasRun() throws Exception {
        try (Program<Object> program = new Program<>(receiver, directory, MAX_PENDING, "1")) {
            program.run(0);
            awaitStart("start");
            receiver.store(List.of("a"));
            CompletableFuture<Void> second = CompletableFuture.runAsync(() -> receiver.store(List.of("b")));
            program.run(1);
            second.get(30, TimeUnit.SECONDS);
            program.run(1);
            assertThat(program.batches).containsExactly(List.of("a"), List.of("b"));
        }
    }

    @Test
    void shouldWakeAStoreThatWaitsWhenTheProgramEnds() throws Exception {
        Program<Object> program = new Program<>(receiver, directory, MAX_PENDING, "1");
        program.run(0);
        awaitStart("start");
        receiver.store(List.of("a"), 1);
        FutureTask<Void> second = new FutureTask<>(() -> receiver.store("b", 2), null);
        Thread waiting = new Thread(second);
        waiting.start();
        awaitWaiting(waiting);
        program.stopNow();
        boolean stored = isStored(second);

        ByHand<Object> again = new ByHand<>();
        try (Program<Object> next = new Program<>(again, directory)) {
            next.run(1);
            assertThat(again.event()).isEqualTo(stored ? "start at 2" : "start at 1");
            assertThat(next.received()).isEqualTo(stored ? List.of("a", "b") : List.of("a"));
        }
    }

    /** Returns whether the record went to the log before onStop had returned; if not, the store must say so. */
    private static boolean isStored(FutureTask<Void> store) throws Exception {
        try {
            store.get(30, TimeUnit.SECONDS);
            return true;
        } catch (ExecutionException e) {
            assertThat(e)
                    .hasCauseInstanceOf(CancelledException.class)
                    .hasMessageContaining("receiver numbers is not running; the record is not stored");
            return false;
        }
    }

    static void awaitWaiting(Thread thread) {
        while (thread.getState() != Thread.State.WAITING && thread.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
    }

    /** A type that no program declares. */
    private record Undeclared(int number) {}

    @Test
    void shouldStopTheLineWhenTheLogDoesNotKnowTheTypeOfARecord() throws Exception {
        Program<Object> program = new Program<>(receiver, directory);
        program.run(0);
        awaitStart("start");
        receiver.store((Object) List.of("a"), 1);
        receiver.store((Object) List.of(new Undeclared(7)), 2);
        assertThatThrownBy(() -> program.run(1))
                .isInstanceOf(MillraceException.class)
                .hasMessageMatching(
                        "batch \\d+ ms failed: its input could not be planned: what numbers \\(receiverStream at"
                                + " Program.java:\\d+\\) received cannot be kept: the record"
                                + " \\[Undeclared\\[number=7\\]\\]: a value of"
                                + " type dev.millrace.streaming.receiver.StoreTest.Undeclared cannot be stored or sent: the type is"
                                + " not declared; declare it: registerTypes\\(Undeclared.class\\)");
        assertThatThrownBy(() -> receiver.store("c")).isInstanceOf(MillraceException.class);
        assertThat(program.batches).isEmpty();
        program.close();

        ByHand<Object> again = new ByHand<>();
        try (Program<Object> next = new Program<>(again, directory)) {
            next.run(0);
            assertThat(again.event()).isEqualTo("start"); // nothing was durable, so nothing counts as received
        }
    }

    @Test
    void shouldRefuseARecordOfATypeThatCannotBeEncodedAndGoOn() throws Exception {
        try (Program<Object> program = new Program<>(receiver, directory)) {
            program.run(0);
            awaitStart("start");
            receiver.store("a", 1);
            assertThatThrownBy(() -> receiver.store(new Undeclared(7), 2))
                    .isInstanceOf(CodecException.class)
                    .hasMessageMatching("numbers \\(receiverStream at Program.java:\\d+\\) cannot store the record"
                            + " Undeclared\\[number=7\\]: a value of type"
                            + " dev.millrace.streaming.receiver.StoreTest.Undeclared cannot be stored or sent: the type"
                            + " is not declared; declare it: registerTypes\\(Undeclared.class\\)");
            receiver.store("c", 3);
            program.run(1);
            assertThat(program.received()).containsExactly("a", "c");
            assertThat(receiver.event()).isEqualTo("durable 3");
        }
    }

    @Test
    void shouldLogNothingBehindARecordThatCannotBeLogged() throws Exception {
        Program<Object> program = new Program<>(receiver, directory);
        program.run(0);
        awaitStart("start");
        byte[] encoded = program.ssc.millraceContext().codec().encode(List.of("c"));
        receiver.store((Object) List.of("a"), 0);
        receiver.store((Object) List.of(new Undeclared(7)), 1);
        assertThatThrownBy(() -> receiver.store(List.of("b"), 2))
                .isInstanceOf(MillraceException.class)
                .hasMessageContaining(") received cannot be kept");
        assertThatThrownBy(() -> receiver.store(ByteBuffer.wrap(encoded), 3)).isInstanceOf(MillraceException.class);
        program.close();

        ByHand<Object> again = new ByHand<>();
        try (Program<Object> next = new Program<>(again, directory)) {
            next.run(1);
            assertThat(again.event()).isEqualTo("start"); // and not at 2, which would skip record 1
            assertThat(next.received()).isEmpty();
        }
    }

    @Test
    void shouldRefuseABlockOfATypeThatTheLogDoesNotKnowAndGoOn() {
        try (Program<Object> program = new Program<>(receiver, directory)) {
            program.run(0);
            awaitStart("start");
            assertThatThrownBy(() -> receiver.store(List.of(new Undeclared(7)), 2))
                    .isInstanceOf(CodecException.class)
                    .hasMessageContaining(Undeclared.class.getName());
            assertThatThrownBy(() -> receiver.store(List.of("a"), new Undeclared(7)))
                    .isInstanceOf(CodecException.class)
                    .hasMessageContaining(Undeclared.class.getName());
            receiver.store(List.of("b"), 1);
            program.run(1);
            assertThat(program.received()).containsExactly("b");
        }
    }

    @Test
    void shouldRefuseBytesThatAreNoEncodedList() {
        try (Program<Object> program = new Program<>(receiver, directory)) {
            program.run(0);
            awaitStart("start");
            byte[] text = program.ssc.millraceContext().codec().encode("text");
            assertThatThrownBy(() -> receiver.store(ByteBuffer.wrap(text)))
                    .isInstanceOf(CodecException.class)
                    .hasMessage("the bytes are no encoded list; make them by codec().encode(list); nothing of the"
                            + " block is stored");
        }
    }

    @Test
    void shouldFailTheProgramWhenABatchFailsAndKeepWhatWasReceived() throws Exception {
        CountDownLatch stored = new CountDownLatch(1);
        ByHand<Object> first = new ByHand<>();
        Program<Object> program = new Program<>(first, directory);
        program.ssc
                .receiverStream(receiver)
                .named("more")
                .foreachRDD(
                        "failing",
                        rdd -> rdd.foreach(record -> {
                            stored.await(30, TimeUnit.SECONDS); // listeners hear on a thread of their own
                            throw new IllegalArgumentException("no " + record);
                        }));
        program.run(0);
        awaitStart("start");
        assertThat(first.event()).isEqualTo("start");
        receiver.store(List.of("a"), 1);
        first.store("b", 1); // in an open block, logged at the end
        program.ssc.addStreamingListener(new StreamingListener() {
            @Override
            public void onBatchStarted(BatchInfo batch) {
                first.store("c", 2);
                stored.countDown();
            }
        });
        assertThatThrownBy(() -> program.run(1))
                .isInstanceOf(BatchFailedException.class)
                .hasMessageContaining("no a");
        assertThat(first.isStopped()).isTrue();

        ByHand<Object> again = new ByHand<>();
        Program<Object> next = new Program<>(again, directory);
        next.ssc.receiverStream(new ByHand<>()).named("more").foreachRDD("failing", rdd -> {});
        try (next) {
            next.run(1);
            assertThat(again.event()).isEqualTo("start at 2");
            assertThat(program.batches).containsExactly(List.of("b")); // that output had run, and is not run again
            assertThat(next.batches).containsExactly(List.of("c"));
        }
    }
}
