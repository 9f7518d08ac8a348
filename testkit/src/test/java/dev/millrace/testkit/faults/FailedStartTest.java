/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.error.MillraceException;
import dev.millrace.streaming.StreamingContextState;
import dev.millrace.testkit.StreamTestDriver;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A start that fails at each of its calls of the file store, and the next start of the same context. */
@Tag("full")
@Timeout(120)
class FailedStartTest {
    private static final int UNDECIDED = 6;

    /** Has one call fail; returns the number of calls so far. */
    private static AtomicInteger failOnce(Scene scene, int nth) {
        AtomicInteger calls = new AtomicInteger();
        scene.disk().fault((operation, path) -> {
            if (calls.incrementAndGet() == nth) {
                throw new IOException("injected failure of " + operation + " of " + path);
            }
        });
        return calls;
    }

    @Test
    void shouldStartTheSameContextWhereverItsStartHadFailed() throws Exception {
        Map<String, String> expected = Scene.uninterrupted();
        Scene before = Scene.empty();
        before.fail(UNDECIDED);
        int failed = 0;
        int stopped = 0;
        boolean reached = true;
        for (int nth = 1; reached; nth++) {
            Scene scene = before.copy();
            try (StreamTestDriver driver = scene.driver()) {
                AtomicInteger calls = failOnce(scene, nth);
                try {
                    driver.advanceBatches(0);
                    reached = calls.get() >= nth; // a failure may be tolerated
                } catch (MillraceException e) {
                    if (driver.context().getState() == StreamingContextState.STOPPED) {
                        stopped++; // the batch has failed that ran again, behind the start
                        continue;
                    }
                    assertThat(driver.context().getState()).as(e.getMessage()).isEqualTo(StreamingContextState.CREATED);
                    failed++;
                }
                scene.disk().noFault();
                driver.advanceBatches(0);
                driver.advanceBatches(Scene.BATCHES - Scene.done(driver));
            } catch (MillraceException e) {
                throw new AssertionError("after a failure of call " + nth, e);
            }
            assertThat(scene.sink().visible())
                    .as("after a failure of call %d", nth)
                    .isEqualTo(expected);
        }
        assertThat(failed).isGreaterThan(30);
        assertThat(stopped).isPositive();
    }
}
