/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.faults;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.owner.Ownership;
import dev.millrace.internal.owner.Revocation;
import dev.millrace.testkit.FaultyFileStore;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A start that is given up while it takes the checkpoint, and the next start of the same process. Each stands still at each of
 * its calls of the file store while the other goes on.
 */
@Tag("full")
@Timeout(120)
class RevokedStartTest {
    private static final int LAST = Integer.MAX_VALUE;

    /** A program that takes the checkpoint on a thread of its own, until it comes to a call before which it is to stand still. */
    private static final class Start {
        private final Revocation revocation = new Revocation();
        private final Semaphore standsStill = new Semaphore(0);
        private final Semaphore goes = new Semaphore(0);
        private final FutureTask<Ownership> claim;
        private final Thread thread;
        private int calls;
        private volatile int stop;

        Start(FaultyFileStore store, boolean takeover) {
            claim = new FutureTask<>(() -> Ownership.claim(store, takeover, "stop it", revocation));
            thread = new Thread(() -> {
                goes.acquireUninterruptibly();
                claim.run();
                standsStill.release();
            });
            thread.start();
        }

        /** Returns false if it has ended, or comes to its end before that call. */
        boolean goUntil(int call) throws InterruptedException {
            if (!claim.isDone()) {
                stop = call;
                goes.release();
                standsStill.acquire();
            }
            return !claim.isDone();
        }

        Ownership end() throws Exception {
            goUntil(LAST);
            try {
                return claim.get();
            } catch (ExecutionException e) {
                throw (Exception) e.getCause();
            }
        }

        void calls() {
            if (Thread.currentThread() == thread && ++calls == stop) {
                standsStill.release();
                goes.acquireUninterruptibly();
            }
        }
    }

    /** Whether the two come to the calls before which they are to stand still; with later ones the scene would be the same. */
    private record Came(boolean first, boolean next, boolean then) {}

    /** The two on an empty disk, or one that another program has used or uses. */
    private record Scene(String before, boolean takeover, int firstCall, int nextCall, int firstCallThen) {
        Came play() throws Exception {
            FaultyFileStore disk = new FaultyFileStore();
            if (!before.equals("empty")) {
                Ownership other = Ownership.claim(disk, false, "stop it", new Revocation());
                if (before.equals("used")) {
                    other.close();
                }
            }
            Start first = new Start(disk, takeover);
            Start next = new Start(disk, takeover);
            disk.fault((operation, path) -> {
                first.calls();
                next.calls();
            });
            boolean firstCame = first.goUntil(firstCall);
            first.revocation.revoke();
            Came came = new Came(firstCame, next.goUntil(nextCall), first.goUntil(firstCallThen));
            try (Ownership has = next.end()) {
                assertThatThrownBy(() -> first.end().checkNotRevoked()).isInstanceOf(CheckpointException.class);
                has.check();
                assertThatThrownBy(() -> Ownership.claim(disk, false, "stop it", new Revocation()))
                        .hasMessageContaining("is in use by");
            }
            return came;
        }
    }

    @ParameterizedTest
    @CsvSource({"empty, false", "empty, true", "used, false", "used, true", "lives, true"})
    void shouldGiveTheCheckpointToTheNextStart(String before, boolean takeover) throws Exception {
        Came came = new Came(true, true, true);
        for (int first = 1; came.first(); first++) {
            for (int next = 1; next == 1 || came.next(); next++) {
                for (int then = first + 1; then == first + 1 || came.then(); then++) {
                    Scene scene = new Scene(before, takeover, first, next, then);
                    try {
                        came = scene.play();
                    } catch (Exception | AssertionError e) {
                        throw new AssertionError(scene.toString(), e);
                    }
                }
            }
        }
    }
}
