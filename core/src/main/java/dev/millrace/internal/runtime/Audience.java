/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runtime;

import dev.millrace.streaming.event.BatchInfo;
import dev.millrace.streaming.event.OutputOperationInfo;
import dev.millrace.streaming.event.StreamingListener;
import java.util.List;
import java.util.function.Supplier;

/**
 * The receivers of events about batches: rate controllers hear at once of all batches, since rates depend on it, and so does
 * the log, which is to lose nothing; listeners hear of them when they come to it.
 */
public record Audience(ContextLog log, Listeners listeners, List<RateController> rates) {
    public void submitted(PlannedBatch batch) {
        log.submitted();
        listeners.tell(StreamingListener::onBatchSubmitted, () -> BatchProgress.submitted(batch));
    }

    void started(BatchProgress batch) {
        listeners.tell(StreamingListener::onBatchStarted, batch::started);
    }

    void outputStarted(Supplier<OutputOperationInfo> output) {
        listeners.tell(StreamingListener::onOutputOperationStarted, output);
    }

    void outputCompleted(OutputOperationInfo output) {
        listeners.tell(StreamingListener::onOutputOperationCompleted, () -> output);
    }

    void completed(BatchProgress batch) {
        BatchInfo info = batch.ended("");
        rates.forEach(rate -> rate.completed(info));
        log.completed(info);
        listeners.tell(StreamingListener::onBatchCompleted, () -> info);
    }

    void failed(BatchProgress batch, String failure) {
        listeners.tell(StreamingListener::onBatchCompleted, () -> batch.ended(failure));
    }
}
