/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.logging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.logging.ConsoleHandler;
import java.util.logging.Handler;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A logger that stands for the root, and a process that stands for this one; {@link StopAtExitTest} has the real ones. */
class HandlersAtExitTest {
    private final Handler handler = new ConsoleHandler();
    private final TakenOff root = new TakenOff();
    private boolean isEnding;
    private final HandlersAtExit atExit = new HandlersAtExit(root, () -> isEnding);

    /** A logger whose handlers go while somebody asks for them again and again. */
    private static final class TakenOff extends Logger {
        private int asked;
        private int last = Integer.MAX_VALUE;

        TakenOff() {
            super(null, null);
        }

        @Override
        public synchronized Handler[] getHandlers() {
            if (++asked > last) {
                last = Integer.MAX_VALUE;
                for (Handler each : super.getHandlers()) {
                    removeHandler(each);
                }
            }
            return super.getHandlers();
        }

        synchronized void goAfter(int questions) {
            last = asked + questions;
        }
    }

    private void end() {
        root.addHandler(handler);
        atExit.rememberThoseOfNow();
        isEnding = true;
        root.goAfter(3);
    }

    @Test
    void shouldLeaveHandlersAloneWhileTheProcessGoesOn() {
        root.addHandler(handler);
        atExit.rememberThoseOfNow();
        root.removeHandler(handler);
        atExit.putBackIfEnding();
        assertThat(root.getHandlers()).isEmpty();
    }

    @Test
    void shouldWaitUntilHandlersAreTakenOffAndPutThemBack() {
        end();
        atExit.putBackIfEnding();
        assertThat(root.getHandlers()).containsExactly(handler);
    }

    @Test
    void shouldPutThemBackOnceWhenSeveralThreadsStopPrograms() throws InterruptedException {
        end();
        List<Thread> stops = Stream.generate(() -> new Thread(atExit::putBackIfEnding))
                .limit(3)
                .toList();
        stops.forEach(Thread::start);
        for (Thread stop : stops) {
            stop.join();
        }
        assertThat(root.getHandlers()).containsExactly(handler);
    }

    @Test
    void shouldRememberThoseOfAProgramWhenAnotherStartsAtTheEnd() {
        root.addHandler(handler);
        atExit.rememberThoseOfNow();
        isEnding = true;
        root.removeHandler(handler);
        atExit.rememberThoseOfNow();
        atExit.putBackIfEnding();
        assertThat(root.getHandlers()).containsExactly(handler);
    }

    @Test
    void shouldWaitWhileTheThreadIsInterruptedAndKeepThat() {
        end();
        Thread.currentThread().interrupt();
        atExit.putBackIfEnding();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(root.getHandlers()).containsExactly(handler);
    }
}
