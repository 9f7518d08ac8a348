/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.receiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.error.CancelledException;
import dev.millrace.rdd.StorageLevel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The life of receivers: their begin, restarts and end. */
@Timeout(60)
class ReceiverLifeTest {
    private static final String RESTART_DELAY = "millrace.streaming.receiverRestartDelay";
    private static final String MAX_PENDING = "millrace.streaming.receiver.maxPendingBytes";

    @TempDir
    private Path directory;

    /** Does in run() what a test says, a piece of work a life. */
    private abstract static class Running extends ByHand<Object> {
        private int lives;

        abstract void live(int life) throws Exception;

        @Override
        protected void run() throws Exception {
            tell("run");
            live(++lives);
        }

        static void untilInterrupted() throws InterruptedException {
            new CountDownLatch(1).await();
        }
    }

    @Test
    void shouldStartAgainAfterTheDelayOfTheConfiguration() throws Exception {
        ByHand<Object> receiver = new ByHand<>();
        try (Program<Object> program = new Program<>(receiver, null, RESTART_DELAY, "1ms").run(0)) {
            assertThat(receiver.event()).isEqualTo("start");
            receiver.restart("the server said so");
            assertThat(receiver.event()).isEqualTo("stop");
            assertThat(receiver.event()).isEqualTo("start");
            assertThat(program.told()).isEqualTo("started numbers:");
            assertThat(program.told()).isEqualTo("error numbers: restarts: the server said so");
            assertThat(program.told()).isEqualTo("started numbers: restarts: the server said so");
            receiver.store("a");
            assertThat(program.run(1).received()).containsExactly("a");
        }
    }

    @Test
    void shouldStayDownForTheDelayAndEndWithoutASecondOnStop() throws Exception {
        ByHand<Object> receiver = new ByHand<>();
        Program<Object> program = new Program<>(receiver, null, RESTART_DELAY, "1h").run(0);
        assertThat(receiver.event()).isEqualTo("start");
        assertThat(receiver.isStarted()).isTrue();
        receiver.restart("gone", new IllegalStateException("no route"));
        assertThat(receiver.event()).isEqualTo("stop");
        assertThat(receiver.isStarted()).isFalse();
        assertThat(receiver.isStopped()).isFalse();
        assertThatThrownBy(() -> {
                    while (true) {
                        receiver.store("a"); // onStop has told, and is about to return
                    }
                })
                .isInstanceOf(CancelledException.class)
                .hasMessage("receiver numbers is not running; the record is not stored");
        receiver.restart("once more"); // it is on its way
        program.close();
        assertThat(receiver.isStopped()).isTrue();
        assertThat(receiver.isQuiet()).isTrue();
        assertThat(program.told()).isEqualTo("started numbers:");
        assertThat(program.told())
                .isEqualTo("error numbers: restarts: gone (java.lang.IllegalStateException: no route)");
        assertThat(program.told())
                .isEqualTo("stopped numbers: the program stops (java.lang.IllegalStateException: no route)");
    }

    @Test
    void shouldStartAgainAfterADelayOfItsOwn() throws Exception {
        ByHand<Object> receiver = new ByHand<>();
        try (Program<Object> program = new Program<>(receiver, null, RESTART_DELAY, "1h").run(0)) {
            assertThat(receiver.event()).isEqualTo("start");
            receiver.restart("at once", new IllegalStateException(), 0);
            assertThat(receiver.event()).isEqualTo("stop");
            assertThat(receiver.event()).isEqualTo("start");
            assertThat(program.told()).isEqualTo("started numbers:");
        }
    }

    @Test
    void shouldStartAgainWhenRunAsksForItAndReturns() throws Exception {
        Running receiver = new Running() {
            @Override
            void live(int life) throws Exception {
                if (life == 1) {
                    restart("the connection has ended");
                    return;
                }
                store("a");
                untilInterrupted();
            }
        };
        try (Program<Object> program = new Program<>(receiver, null, RESTART_DELAY, "1ms").run(0)) {
            for (String event : List.of("start", "run", "stop", "start", "run")) {
                assertThat(receiver.event()).isEqualTo(event);
            }
            while (program.received().isEmpty()) {
                program.run(1);
            }
            assertThat(program.received()).containsExactly("a");
        }
    }

    @Test
    void shouldStartAgainWhenRunFails() throws Exception {
        Running receiver = new Running() {
            @Override
            void live(int life) throws Exception {
                if (life == 1) {
                    throw new IllegalStateException("no route");
                }
                untilInterrupted();
            }
        };
        try (Program<Object> program = new Program<>(receiver, null, RESTART_DELAY, "1ms").run(0)) {
            for (String event : List.of("start", "run", "stop", "start", "run")) {
                assertThat(receiver.event()).isEqualTo(event);
            }
            assertThat(program.told()).isEqualTo("started numbers:");
            assertThat(program.told())
                    .isEqualTo("error numbers: restarts: run() failed (java.lang.IllegalStateException: no route)");
        }
    }

    @Test
    void shouldStartAgainWhenOnStartAsksForIt() throws Exception {
        ByHand<Object> receiver = new Running() {
            private boolean again;

            @Override
            public void onStart() {
                super.onStart();
                if (!again) {
                    again = true;
                    restart("not ready");
                }
            }

            @Override
            void live(int life) throws Exception {
                tell("life " + life);
                untilInterrupted();
            }
        };
        try (Program<Object> program = new Program<>(receiver, null, RESTART_DELAY, "1ms").run(0)) {
            for (String event : List.of("start", "stop", "start", "run", "life 1")) {
                assertThat(receiver.event()).isEqualTo(event);
            }
            assertThat(program.told()).isEqualTo("started numbers:");
        }
    }

    @Test
    void shouldStartAgainWhenOnStartFailsAndEndWhenOnStopFails() throws Exception {
        ByHand<Object> receiver = new ByHand<>() {
            private boolean failed;

            @Override
            public void onStart() {
                super.onStart();
                if (!failed) {
                    failed = true;
                    throw new IllegalStateException("not yet");
                }
            }

            @Override
            public void onStop() {
                super.onStop();
                throw new IllegalStateException("never");
            }
        };
        Program<Object> program = new Program<>(receiver, null, RESTART_DELAY, "1ms").run(0);
        for (String event : List.of("start", "stop", "start")) {
            assertThat(receiver.event()).isEqualTo(event);
        }
        program.close();
        assertThat(receiver.event()).isEqualTo("stop");
        assertThat(program.told()).isEqualTo("started numbers:");
        assertThat(program.told())
                .isEqualTo("error numbers: restarts: onStart() failed (java.lang.IllegalStateException: not yet)");
        String onStop = "error numbers: onStop() failed (java.lang.IllegalStateException: never)";
        assertThat(program.told()).isEqualTo(onStop);
        assertThat(program.told()).startsWith("started numbers:");
        assertThat(program.told()).isEqualTo(onStop);
        assertThat(program.told())
                .isEqualTo("stopped numbers: the program stops (java.lang.IllegalStateException: never)");
    }

    @Test
    void shouldEndAndLeaveTheProgramRunningWhenItStopsItself() throws Exception {
        ByHand<Object> receiver = new ByHand<>();
        try (Program<Object> program = new Program<>(receiver).run(0)) {
            assertThat(receiver.event()).isEqualTo("start");
            receiver.store("a");
            receiver.stop("nothing more comes", new IllegalStateException("closed"));
            receiver.stop("again");
            assertThat(receiver.event()).isEqualTo("stop");
            assertThat(program.told()).isEqualTo("started numbers:");
            assertThat(program.told())
                    .isEqualTo("stopped numbers: nothing more comes (java.lang.IllegalStateException: closed)");
            assertThat(receiver.isStopped()).isTrue();
            assertThat(program.run(2).batches).containsExactly(List.of("a"), List.of());
            receiver.restart("too late");
        }
        assertThat(receiver.isQuiet()).isTrue();
    }

    @Test
    void shouldEndWhenRunReturns() throws Exception {
        Running receiver = new Running() {
            @Override
            void live(int life) {
                store("a");
            }
        };
        try (Program<Object> program = new Program<>(receiver).run(0)) {
            for (String event : List.of("start", "run", "stop")) {
                assertThat(receiver.event()).isEqualTo(event);
            }
            assertThat(program.told()).isEqualTo("started numbers:");
            assertThat(program.told()).isEqualTo("stopped numbers: run() has returned");
            assertThat(program.run(1).received()).containsExactly("a");
        }
    }

    @Test
    void shouldInterruptRunWhenTheProgramEnds() throws Exception {
        Running receiver = new Running() {
            @Override
            void live(int life) throws Exception {
                try {
                    untilInterrupted();
                } finally {
                    tell("interrupted");
                }
            }
        };
        try (Program<Object> program = new Program<>(receiver).run(0)) {
            assertThat(receiver.event()).isEqualTo("start");
            assertThat(receiver.event()).isEqualTo("run");
            assertThat(program.told()).isEqualTo("started numbers:");
        }
        assertThat(receiver.event()).isEqualTo("stop");
        assertThat(receiver.event()).isEqualTo("interrupted");
    }

    @Test
    void shouldNotStartAgainBesideARunThatGoesOnWhenOnStopLeavesAnInterrupt() throws Exception {
        CountDownLatch released = new CountDownLatch(1);
        Running receiver = new Running() {
            @Override
            void live(int life) {
                while (life == 1 && released.getCount() > 0) {
                    try {
                        released.await();
                    } catch (InterruptedException e) {
                        tell("interrupted");
                    }
                }
            }

            @Override
            public void onStop() {
                super.onStop();
                Thread.currentThread().interrupt();
            }
        };
        try (Program<Object> program = new Program<>(receiver, null, RESTART_DELAY, "1ms").run(0)) {
            assertThat(receiver.event()).isEqualTo("start");
            assertThat(receiver.event()).isEqualTo("run");
            assertThat(program.told()).isEqualTo("started numbers:");
            receiver.restart("again");
            for (String event : List.of("stop", "interrupted", "interrupted")) { // who waits interrupts once a second
                assertThat(receiver.event()).isEqualTo(event);
            }
            released.countDown();
            String next = receiver.event();
            while (next.equals("interrupted")) {
                next = receiver.event();
            }
            assertThat(next).isEqualTo("start");
        }
    }

    @Test
    void shouldTellListenersOfErrorsThatAreReported() throws Exception {
        ByHand<Object> receiver = new ByHand<>();
        try (Program<Object> program = new Program<>(receiver).run(0)) {
            assertThat(receiver.event()).isEqualTo("start");
            receiver.reportError("a slow server", new IllegalStateException("12 s"));
            assertThat(program.told()).isEqualTo("started numbers:");
            assertThat(program.told())
                    .isEqualTo("error numbers: a slow server (java.lang.IllegalStateException: 12 s)");
            receiver.store("a");
            assertThat(program.run(1).received()).containsExactly("a");
        }
    }

    @Test
    void shouldSayWhatItIs() {
        ByHand<Object> receiver = new ByHand<>(StorageLevel.DISK_ONLY());
        try (Program<Object> program = new Program<>(new ByHand<>())) {
            program.ssc.receiverStream(receiver).foreachRDD(rdd -> {});
            program.run(0);
            assertThat(receiver.streamId()).isEqualTo(1);
            assertThat(receiver.storageLevel()).isEqualTo(StorageLevel.DISK_ONLY());
            assertThat(receiver.preferredLocation()).isEmpty();
        }
    }

    @Test
    void shouldRefuseOneReceiverForTwoStreams() {
        ByHand<Object> receiver = new ByHand<>();
        Program<Object> program = new Program<>(receiver);
        program.ssc.receiverStream(receiver).foreachRDD(rdd -> {});
        assertThatThrownBy(() -> program.run(0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("this receiver already belongs to a running stream; make a new receiver for each stream");
        assertThat(receiver.isQuiet()).isTrue(); // it was never started, and so not stopped
        try (Program<Object> next = new Program<>(receiver).run(0)) {
            assertThat(next.received()).isEmpty();
        }
    }

    @Test
    void shouldKnowOfAllThatItHasStoredWhenItStartsAgain() throws Exception {
        ByHand<Object> receiver = new ByHand<>();
        try (Program<Object> program = new Program<>(receiver, directory, RESTART_DELAY, "0ms").run(0)) {
            assertThat(receiver.event()).isEqualTo("start");
            for (int i = 1; i < 5; i++) {
                receiver.store("a" + i, i);
                receiver.restart("again");
                assertThat(receiver.event()).isEqualTo("stop");
                List<String> both = List.of(receiver.event(), receiver.event()); // news has a thread of its own
                assertThat(both).containsExactlyInAnyOrder("durable " + i, "start at " + i);
            }
            assertThat(program.run(1).batches).containsExactly(List.of("a1", "a2", "a3", "a4"));
        }
    }

    @Test
    void shouldNotLetAStoreOfTheLifeBeforeIntoTheNext() throws Exception {
        // The thread of a life that has ended may wait in a store; the next life stores the same record again.
        ByHand<Object> receiver = new ByHand<>();
        try (Program<Object> program =
                new Program<>(receiver, directory, RESTART_DELAY, "0ms", MAX_PENDING, "1").run(0)) {
            assertThat(receiver.event()).isEqualTo("start");
            receiver.store(List.of("a1"), 1);
            assertThat(receiver.event()).isEqualTo("durable 1");
            FutureTask<Void> old = new FutureTask<>(() -> receiver.store("a2", 2), null);
            Thread waiting = new Thread(old);
            waiting.start();
            StoreTest.awaitWaiting(waiting);
            receiver.restart("again");
            assertThat(receiver.event()).isEqualTo("stop");
            assertThat(receiver.event()).isEqualTo("start at 1");
            program.run(1);
            assertThatThrownBy(() -> old.get(30, TimeUnit.SECONDS)).hasCauseInstanceOf(CancelledException.class);
            receiver.store("a2", 2);
            assertThat(program.run(1).received()).containsExactly("a1", "a2");
        }
    }

    @Test
    void shouldGoOnAtTheLastDurablePositionWhenTheProgramStartsAgain() throws Exception {
        for (int run = 0; run < 4; run++) {
            ByHand<Object> receiver = new ByHand<>();
            Program<Object> program = new Program<>(receiver, directory).run(0);
            assertThat(receiver.event()).isEqualTo(run == 0 ? "start" : "start at " + run);
            receiver.store("a" + run, run + 1);
            if (run % 2 == 0) {
                program.stopNow(); // logged, and in no batch yet
            } else {
                program.run(1).close();
                assertThat(program.received()).containsExactly("a" + (run - 1), "a" + run);
            }
        }
    }
}
