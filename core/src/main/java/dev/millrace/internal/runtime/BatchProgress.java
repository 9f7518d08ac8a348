/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runtime;

import dev.millrace.internal.graph.BatchScope;
import dev.millrace.internal.graph.InputNode;
import dev.millrace.internal.graph.StreamNode;
import dev.millrace.spi.Clock;
import dev.millrace.spi.InputSlice;
import dev.millrace.streaming.event.BatchInfo;
import dev.millrace.streaming.event.InputInfo;
import dev.millrace.streaming.event.OutputOperationInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongBiFunction;

/** Makes the events by which listeners hear of a batch while it runs. */
final class BatchProgress {
    private final PlannedBatch batch;
    private final Clock clock;
    private final InputCounts counts;
    private final long startNanos;
    private final Map<String, Long> leaves = new HashMap<>();
    private final List<OutputOperationInfo> outputs = new ArrayList<>();

    BatchProgress(PlannedBatch batch, Clock clock, InputCounts counts) {
        this.batch = batch;
        this.clock = clock;
        this.counts = counts;
        startNanos = clock.nanos();
        counts.clear();
    }

    void generated(StreamNode<?> node, BatchScope scope) {
        if (node instanceof InputNode<?> input) {
            leaves.put(input.name(), scope.lineage(input).id());
        }
    }

    synchronized void outputEnded(OutputOperationInfo output) {
        outputs.add(output);
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

    /** It has just begun. */
    BatchInfo started() {
        return info(Duration.ZERO, "");
    }

    /** It is over now. */
    BatchInfo ended(String failure) {
        return info(Duration.ofNanos(clock.nanos() - startNanos), failure);
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
        return slice.records() >= 0 || leaf == null ? slice.records() : counts.of(leaf);
    }
}
