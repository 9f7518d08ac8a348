/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runtime;

import dev.millrace.streaming.event.BatchInfo;
import dev.millrace.streaming.event.StreamingListener;
import java.util.List;
import java.util.Map;

/**
 * The receivers of events about batches: rate controllers hear at once of all batches, since rates depend on it, and so does
 * the log, which is to lose nothing; listeners hear of them when they come to it.
 *
 * @param inputNumbers the numbers of the inputs among the streams of the program, by their names
 */
public record Audience(
        ContextLog log, Listeners listeners, List<RateController> rates, Map<String, Integer> inputNumbers) {
    public void submitted(PlannedBatch batch) {
        log.submitted();
        listeners.tell(StreamingListener::onBatchSubmitted, () -> BatchProgress.submitted(batch, inputNumbers));
    }

    void completed(BatchInfo batch) {
        rates.forEach(rate -> rate.completed(batch));
        log.completed(batch);
        listeners.tell(StreamingListener::onBatchCompleted, () -> batch);
    }
}
