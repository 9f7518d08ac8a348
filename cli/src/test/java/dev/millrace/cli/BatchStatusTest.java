/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.event.BatchInfo;
import dev.millrace.streaming.event.InputInfo;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatchStatusTest {
    private final StringWriter err = new StringWriter();

    private BatchStatus status(int columns) {
        return new BatchStatus(
                new StatusLine(new PrintWriter(err), columns), Duration.ofSeconds(1), false, new LogOptions());
    }

    private static BatchInfo batch(long second, long records, String failure) {
        return new BatchInfo(
                new BatchTime(1_700_000_060_000L + second * 1000),
                List.of(new InputInfo(0, "files", records, "")),
                List.of(),
                -1,
                -1,
                -1,
                Duration.ofMillis(7),
                Duration.ofMillis(500),
                failure);
    }

    @Test
    void shouldTellWhatArrivesAndWhatWaitsInPlainLinesOfBatchesWithInput() {
        BatchStatus status = status(0);

        status.onBatchSubmitted(batch(0, 2000, ""));
        status.onBatchCompleted(batch(0, 2000, ""));
        status.onBatchSubmitted(batch(1, 0, ""));
        status.onBatchCompleted(batch(1, 0, ""));
        status.onBatchSubmitted(batch(4, 1, "oh"));
        status.onBatchSubmitted(batch(5, 0, ""));
        status.onBatchCompleted(batch(4, 1, "oh"));

        assertThat(err.toString()).isEqualToNormalizingNewlines("""
                batch 1700000060000 ms (2023-11-14T22:14:20Z): 2,000 records (2,000 records/s), processing 0.500 s, \
                scheduling 0.007 s, capacity 4,000 records/s, backlog 0 batches
                batch 1700000064000 ms (2023-11-14T22:14:24Z): 1 record (0 records/s), processing 0.500 s, \
                scheduling 0.007 s, capacity 2 records/s, backlog 1 batch, FAILED
                """);
    }

    @Test
    void shouldWriteOverOneLineOfATerminalAndStayWithinIt() {
        BatchStatus status = status(80);

        status.onBatchCompleted(batch(0, 2_000_000, ""));
        status.onBatchCompleted(batch(1, 0, ""));
        status.line().end();

        String first = "2023-11-14T22:14:20Z  2,000,000 records/s  capacity 4,000,000  backlog 0 batches";
        assertThat(err.toString())
                .isEqualToNormalizingNewlines("\r\033[K" + first.substring(0, 79)
                        + "\r\033[K2023-11-14T22:14:21Z  0 records/s  capacity 4,000,000  backlog 0 batches\n");
    }

    /** It kept the width that the terminal had at the start, so that a narrower one broke the line and none was written over. */
    @Test
    void shouldStayWithinATerminalThatIsResized() {
        BatchStatus status = status(80);

        status.onBatchCompleted(batch(0, 1, ""));
        status.line().resize(20);
        status.onBatchCompleted(batch(1, 1, ""));
        status.line().resize(0); // it does not tell
        status.line().resize(100);
        status.line().end();
        status.line().resize(20);

        assertThat(err.toString())
                .isEqualToNormalizingNewlines("\r\033[K2023-11-14T22:14:20Z  1 records/s  capacity 2  backlog 0 batches"
                        + "\r\033[K2023-11-14T22:14:20"
                        + "\r\033[K2023-11-14T22:14:21"
                        + "\r\033[K2023-11-14T22:14:21Z  1 records/s  capacity 2  backlog 0 batches\n");
    }
}
