/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.batch;

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

/** What listeners are told of a batch while it runs. */
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

    synchronized void ended(OutputOperationInfo output) {
        outputs.add(output);
    }

    synchronized BatchInfo info(String failure) {
        List<InputInfo> inputs = new ArrayList<>();
        batch.slices()
                .forEach((name, slice) -> inputs.add(new InputInfo(name, records(name, slice), slice.description())));
        return new BatchInfo(
                batch.time(),
                inputs,
                List.copyOf(outputs),
                Duration.ofNanos(startNanos - batch.submittedNanos()),
                Duration.ofNanos(clock.nanos() - startNanos),
                failure);
    }

    private long records(String input, InputSlice slice) {
        Long leaf = leaves.get(input);
        return slice.records() >= 0 || leaf == null ? slice.records() : counts.of(leaf);
    }
}
