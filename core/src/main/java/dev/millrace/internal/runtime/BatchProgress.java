/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runtime;

import dev.millrace.internal.graph.BatchScope;
import dev.millrace.internal.graph.InputNode;
import dev.millrace.internal.graph.StreamNode;
import dev.millrace.internal.lineage.TaskObservation;
import dev.millrace.spi.Clock;
import dev.millrace.spi.InputSlice;
import dev.millrace.streaming.event.BatchInfo;
import dev.millrace.streaming.event.InputInfo;
import dev.millrace.streaming.event.OutputOperationInfo;
import dev.millrace.streaming.event.StreamingListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongBiFunction;

/**
 * Follows the progress of a batch, and tells the audience of it. It counts how many records the batch reads from each input: several outputs may
 * read the same input, and some stop early, so the greatest count of one job is taken.
 */
final class BatchProgress {
    private final PlannedBatch batch;
    private final Clock clock;
    private final Audience audience;
    private final long startNanos;
    private final Map<String, Long> leaves = new HashMap<>(); // the ids of the inputs' lineages
    private final Map<Long, Long> readByLeaf = new HashMap<>();
    private final List<OutputOperationInfo> outputs = new ArrayList<>();

    /** The batch begins. */
    BatchProgress(PlannedBatch batch, Clock clock, Audience audience) {
        this.batch = batch;
        this.clock = clock;
        this.audience = audience;
        startNanos = clock.nanos();
        audience.listeners().tell(StreamingListener::onBatchStarted, () -> info(Duration.ZERO, ""));
    }

    /** Hears of a job of the batch. Any thread. */
    synchronized void observed(List<TaskObservation> observations) {
        Map<Long, Long> job = new HashMap<>();
        observations.forEach(task -> task.recordsRead().forEach((leaf, count) -> job.merge(leaf, count, Long::sum)));
        job.forEach((leaf, count) -> readByLeaf.merge(leaf, count, Math::max));
    }

    void generated(StreamNode<?> node, BatchScope scope) {
        if (node instanceof InputNode<?> input) {
            leaves.put(input.name(), scope.lineage(input).id());
        }
    }

    void outputStarted(String output) {
        audience.listeners()
                .tell(
                        StreamingListener::onOutputOperationStarted,
                        () -> new OutputOperationInfo(batch.time(), output, Duration.ZERO, ""));
    }

    void outputEnded(String output, Duration took, String failure) {
        OutputOperationInfo info = new OutputOperationInfo(batch.time(), output, took, failure);
        synchronized (this) {
            outputs.add(info);
        }
        audience.listeners().tell(StreamingListener::onOutputOperationCompleted, () -> info);
    }

    void completed() {
        audience.completed(info(sinceStart(), ""));
    }

    void failed(String failure) {
        audience.listeners().tell(StreamingListener::onBatchCompleted, () -> info(sinceStart(), failure));
    }

    private Duration sinceStart() {
        return Duration.ofNanos(clock.nanos() - startNanos);
    }

    /** A batch that waits. */
    static BatchInfo submitted(PlannedBatch batch) {
        return new BatchInfo(
                batch.time(),
                inputs(batch, (name, slice) -> slice.records()),
                List.of(),
                Duration.ZERO,
                Duration.ZERO,
                "");
    }

    private synchronized BatchInfo info(Duration processing, String failure) {
        return new BatchInfo(
                batch.time(),
                inputs(batch, this::records),
                List.copyOf(outputs),
                Duration.ofNanos(startNanos - batch.submittedNanos()),
                processing,
                failure);
    }

    private static List<InputInfo> inputs(PlannedBatch batch, ToLongBiFunction<String, InputSlice> records) {
        List<InputInfo> inputs = new ArrayList<>();
        batch.slices()
                .forEach((name, slice) ->
                        inputs.add(new InputInfo(name, records.applyAsLong(name, slice), slice.description())));
        return inputs;
    }

    private long records(String input, InputSlice slice) {
        Long leaf = leaves.get(input);
        return slice.records() >= 0 || leaf == null ? slice.records() : readByLeaf.getOrDefault(leaf, -1L);
    }
}
