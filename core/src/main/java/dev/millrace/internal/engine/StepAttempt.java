/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.engine;

import dev.millrace.internal.changes.StepChanges;
import dev.millrace.internal.lineage.MaterialiseStep;
import dev.millrace.internal.lineage.StepChange;
import dev.millrace.internal.lineage.StepInput;
import dev.millrace.internal.lineage.StepOutput;
import dev.millrace.internal.lineage.StepTable;
import dev.millrace.internal.lineage.StepTask;
import dev.millrace.internal.memory.HeldRows;
import dev.millrace.internal.memory.MemorySpace;
import java.util.Iterator;

/** One attempt of a step at one partition: it reads lineage, and holds what the step makes. Belongs to the task until it has won. */
final class StepAttempt implements StepInput, StepOutput {
    private final MaterialiseStep<?> step;
    private final int partition;
    private final LineageReader reader;
    private final HeldRows records;
    private final HeldRows changes;
    private boolean complete;
    private StepChange change = StepChange.NONE;

    StepAttempt(MaterialiseStep<?> step, int partition, LineageReader reader, MemorySpace space) {
        this.step = step;
        this.partition = partition;
        this.reader = reader;
        records = HeldRows.ofRecords(space, HeldRows.Place.MEMORY_AND_DISK);
        changes = HeldRows.ofRecords(space, HeldRows.Place.MEMORY_AND_DISK);
    }

    <T extends StepTable> void run(StepTask<T> task, T table) throws Exception {
        change = task.run(table, this, this);
        complete();
        changes.complete();
    }

    private void complete() {
        if (!complete) {
            records.complete();
            complete = true;
        }
    }

    @Override
    public int partition() {
        return partition;
    }

    @Override
    @SuppressWarnings("unchecked") // a step knows what its inputs are
    public <R> Iterator<R> read(int input) {
        return (Iterator<R>) reader.read(step.inputs().get(input), partition);
    }

    @Override
    @SuppressWarnings("unchecked")
    public <R> Iterator<R> readEarlier(int place) {
        return (Iterator<R>) reader.read(step.earlier().get(place), partition);
    }

    @Override
    public void record(Object record) {
        records.add(record);
    }

    @Override
    public Iterator<?> records() {
        complete();
        return records.read();
    }

    @Override
    public void changed(byte[] block) {
        changes.add(block);
    }

    StepChange change() {
        return change;
    }

    HeldRows held() {
        return records;
    }

    StepChanges changes() {
        return new StepChanges(
                Math.toIntExact(changes.size()),
                () -> changes.part(0).read((block, none) -> (byte[]) block),
                changes::close);
    }

    void close() {
        records.close();
        changes.close();
    }
}
