/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runtime;

import dev.millrace.internal.checkpoint.BatchLog;
import dev.millrace.internal.graph.InputNode;
import dev.millrace.internal.graph.StreamOutput;
import dev.millrace.internal.logging.Trace;
import dev.millrace.internal.operators.JobScope;
import dev.millrace.spi.Clock;
import dev.millrace.spi.InputSlice;
import dev.millrace.streaming.BatchTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Gives a batch its input and writes the plan. Driver loop. */
public final class BatchPlanner {
    private final List<InputNode<?>> inputs;
    private final List<String> outputs;
    private final BatchLog batchLog;
    private final Clock clock;

    public BatchPlanner(List<InputNode<?>> inputs, List<StreamOutput<?>> outputs, BatchLog batchLog, Clock clock) {
        this.inputs = inputs;
        this.outputs = outputs.stream().map(StreamOutput::name).toList();
        this.batchLog = batchLog;
        this.clock = clock;
    }

    /**
     * Gives the batch what has come, and makes that durable.
     *
     * @param unlessEmpty whether there is no batch if no input has anything; then nothing is written, and null returned
     */
    @Nullable
    public PlannedBatch plan(BatchTime time, boolean unlessEmpty) throws Exception {
        inputs.forEach(input -> input.active().seal()); // all at once, so that they become durable together
        Map<String, InputSlice> slices = new LinkedHashMap<>();
        for (InputNode<?> input : inputs) {
            slices.put(input.name(), input.active().next(time));
            JobScope.forgetInterrupt(); // sources are user code, and what is written next is not for them to interrupt
        }
        if (unlessEmpty
                && slices.values().stream()
                        .allMatch(slice -> slice.isEmpty() && slice.positions().isEmpty())) {
            inputs.forEach(input -> input.active().skip());
            return null;
        }
        Trace.step(Trace.Phase.TAKE, time, () -> "taken: " + slices.keySet());
        batchLog.plan(time, slices, outputs);
        Trace.step(Trace.Phase.TAKE, time, () -> "planned for outputs " + outputs);
        return new PlannedBatch(time, slices, clock.wallMillis(), clock.nanos(), "");
    }

    /** Returns whether receivers have more than the batch that was planned last took. */
    public boolean hasBacklog() {
        return inputs.stream().anyMatch(input -> input.active().hasMore());
    }
}
