/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.MillraceConf;
import dev.millrace.Programs;
import dev.millrace.error.BatchFailedException;
import dev.millrace.internal.crash.CrashPoint;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A batch that fails says truly how the next start treats it. */
class FailedBatchTest {
    @TempDir
    Path directory;

    private final AtomicInteger calls = new AtomicInteger();

    @AfterEach
    void observeNoMore() {
        CrashPoint.observe(point -> {});
    }

    private void run() {
        try (StreamingContext ssc =
                new StreamingContext(new MillraceConf().setMaster("local[1]"), Durations.seconds(1))) {
            ssc.checkpoint(directory.resolve("checkpoint").toString());
            Programs.batches(ssc, List.of("a"))
                    .named("input")
                    .map(word -> word + calls.incrementAndGet())
                    .to(StreamingContext.textFiles(directory.resolve("out").toString()))
                    .named("files");
            ssc.runBatches(1);
        }
    }

    private void mustSay(CrashPoint failing, String next, int callsAfterNextStart) {
        CrashPoint.observe(point -> {
            if (point == failing) {
                throw new IllegalStateException("the disk is gone");
            }
        });
        assertThatThrownBy(this::run)
                .isInstanceOf(BatchFailedException.class)
                .hasMessage("batch 1000 ms failed: the disk is gone\nThe program has stopped; " + next);
        CrashPoint.observe(point -> {});
        run();
        assertThat(calls).hasValue(callsAfterNextStart);
        assertThat(directory.resolve("out/batch-1000/part-00001")).hasContent("a" + callsAfterNextStart);
    }

    @Test
    void shouldRunAgainWhatFailedBeforeItsDecision() {
        mustSay(CrashPoint.STEPS_RUN, "its next start runs this batch again, with the same input.", 1);
    }

    @Test
    void shouldFindOutWhetherItIsDecidedWhenTheDecisionFailed() {
        mustSay(
                CrashPoint.BEFORE_DECISION,
                "this batch may be decided or not: the next start only publishes it, or runs it again with the same"
                        + " input.",
                2);
    }

    @Test
    void shouldOnlyPublishWhatFailedAfterItsDecision() {
        mustSay(
                CrashPoint.PART_PUBLISHED,
                "this batch is decided: the next start does not run it again, and publishes what is not published.",
                1);
    }

    @Test
    void shouldNameTheWayPastABatchThatFailsWheneverItIsAboutToBeDecided() {
        CrashPoint.observe(point -> {
            if (point == CrashPoint.BEFORE_DECISION) {
                throw new IllegalStateException("it is too large");
            }
        });
        String maybe =
                "this batch may be decided or not: the next start only publishes it, or runs it again with the same"
                        + " input.";
        assertThatThrownBy(this::run).hasMessageEndingWith(maybe);
        assertThatThrownBy(this::run)
                .hasMessageEndingWith(maybe + " This start has run it again already. Mend first what is named here; if"
                        + " the batch fails all the same and can never run, have it passed by, which is rehearsed first and"
                        + " keeps its input:\n  millrace checkpoint skip " + directory.resolve("checkpoint")
                        + " --batch 1000");
    }
}
