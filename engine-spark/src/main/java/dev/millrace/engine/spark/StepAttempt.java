/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.engine.spark;

import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.lineage.StepInput;
import dev.millrace.internal.lineage.StepOutput;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** One attempt of a step at one partition: it reads what Spark gives the task, and holds what the step makes. */
@SuppressWarnings("unchecked") // a step knows what its inputs are
final class StepAttempt implements StepInput, StepOutput {
    private final int partition;
    private final List<Iterator<Object>> inputs;
    private final List<byte[]> earlier;
    private final ValueCodec codec;
    private final List<Object> given = new ArrayList<>();
    private final List<byte[]> changes = new ArrayList<>();

    StepAttempt(int partition, List<Iterator<Object>> inputs, List<byte[]> earlier, ValueCodec codec) {
        this.partition = partition;
        this.inputs = inputs;
        this.earlier = earlier;
        this.codec = codec;
    }

    @Override
    public int partition() {
        return partition;
    }

    @Override
    public <R> Iterator<R> read(int input) {
        return (Iterator<R>) inputs.get(input);
    }

    @Override
    public <R> Iterator<R> readEarlier(int place) {
        return (Iterator<R>) StepTasks.decoded(earlier.get(place), codec);
    }

    @Override
    public void record(Object record) {
        given.add(record);
    }

    @Override
    public Iterator<?> records() {
        return given.iterator();
    }

    @Override
    public void changed(byte[] block) {
        changes.add(block);
    }

    List<Object> given() {
        return given;
    }

    List<byte[]> changes() {
        return changes;
    }
}
