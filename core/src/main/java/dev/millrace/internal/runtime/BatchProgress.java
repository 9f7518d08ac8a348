/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runtime;

import dev.millrace.internal.graph.BatchScope;
import dev.millrace.internal.graph.InputNode;
import dev.millrace.internal.graph.StreamNode;
import dev.millrace.internal.graph.StreamOutput;
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
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongBiFunction;
import org.jspecify.annotations.Nullable;

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
    private final List<OutputOperationInfo> outputs = new ArrayList<>(); // for listeners; none if there are none

    /** The batch begins. */
    BatchProgress(PlannedBatch batch, Clock clock, Audience audience) {
        this.batch = batch;
        this.clock = clock;
        this.audience = audience;
        startNanos = clock.nanos();
        audience.listeners().tell(StreamingListener::onBatchStarted, () -> info(false, ""));
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

    void outputStarted(StreamOutput<?> output, long atNanos) {
        audience.listeners().tell(StreamingListener::onOutputOperationStarted, () -> info(output, atNanos, null, ""));
    }

    void outputEnded(StreamOutput<?> output, long atNanos, String failure) {
        Duration took = Duration.ofNanos(clock.nanos() - atNanos);
        audience.listeners()
                .tell(StreamingListener::onOutputOperationCompleted, () -> keep(info(output, atNanos, took, failure)));
    }

    private synchronized OutputOperationInfo keep(OutputOperationInfo output) {
        outputs.add(output);
        return output;
    }

    /** @param took how long it ran, or null as long as it does */
    private OutputOperationInfo info(StreamOutput<?> output, long atNanos, @Nullable Duration took, String failure) {
        long begun = millisAt(atNanos);
        return new OutputOperationInfo(
                batch.time(),
                output.number(),
                output.name(),
                output.operator().toString(),
                begun,
                took == null ? -1 : begun + took.toMillis(),
                took == null ? Duration.ZERO : took,
                failure);
    }

    void completed() {
        audience.completed(info(true, ""));
    }

    void failed(String failure) {
        audience.listeners().tell(StreamingListener::onBatchCompleted, () -> info(true, failure));
    }

    /** A batch that waits. */
    static BatchInfo submitted(PlannedBatch batch, Map<String, Integer> numbers) {
        return new BatchInfo(
                batch.time(),
                inputs(batch, numbers, (name, slice) -> slice.records()),
                List.of(),
                batch.submittedMillis(),
                -1,
                -1,
                Duration.ZERO,
                Duration.ZERO,
                "");
    }

    /** The batch as it is now. */
    private synchronized BatchInfo info(boolean ended, String failure) {
        long start = millisAt(startNanos);
        Duration processing = ended ? Duration.ofNanos(clock.nanos() - startNanos) : Duration.ZERO;
        return new BatchInfo(
                batch.time(),
                inputs(batch, audience.inputNumbers(), this::records),
                List.copyOf(outputs),
                batch.submittedMillis(),
                start,
                ended ? start + processing.toMillis() : -1,
                Duration.ofNanos(startNanos - batch.submittedNanos()),
                processing,
                failure);
    }

    /** The wall's time, as it would be if the wall clock had not been set since the batch was submitted. */
    private long millisAt(long nanos) {
        return batch.submittedMillis() + TimeUnit.NANOSECONDS.toMillis(nanos - batch.submittedNanos());
    }

    private static List<InputInfo> inputs(
            PlannedBatch batch, Map<String, Integer> numbers, ToLongBiFunction<String, InputSlice> records) {
        List<InputInfo> inputs = new ArrayList<>();
        batch.slices()
                .forEach((name, slice) -> inputs.add(new InputInfo(
                        numbers.getOrDefault(name, -1), name, records.applyAsLong(name, slice), slice.description())));
        return inputs;
    }

    private long records(String input, InputSlice slice) {
        Long leaf = leaves.get(input);
        return slice.records() >= 0 || leaf == null ? slice.records() : readByLeaf.getOrDefault(leaf, -1L);
    }
}
