/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit;

import dev.millrace.spi.Output;
import dev.millrace.spi.OutputBatch;
import dev.millrace.spi.StagedOutput;
import dev.millrace.spi.TransactionalOutput;
import dev.millrace.streaming.BatchTime;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/** Publishes batches of several programs and checkpoints, and asks for their receipts. */
final class ReceiptCalls<T> {
    private static final String NAME = OutputPrograms.FIRST;
    private static final OutputBatch FIRST = ProgramBatch.of(NAME, 1000, 1);
    private static final OutputBatch SECOND = ProgramBatch.of(NAME, 2000, 2);
    private static final OutputBatch OF_ANOTHER = ProgramBatch.ofAnotherCheckpoint(NAME, 3000);

    private final OutputUnderTest<T> subject;
    private final OpenOutputs<T> outputs;

    private ReceiptCalls(OutputUnderTest<T> subject, OpenOutputs<T> outputs) {
        this.subject = subject;
        this.outputs = outputs;
    }

    static <T> void check(OutputUnderTest<T> subject) throws Exception {
        try (OpenOutputs<T> outputs = new OpenOutputs<>(subject)) {
            new ReceiptCalls<>(subject, outputs).check();
        }
    }

    private void check() throws Exception {
        mustTell(ProgramBatch.BEFORE_ALL, Set.of(), "before anything was published");
        publish(FIRST, 0);
        mustTell(ProgramBatch.BEFORE_ALL, Set.of(FIRST), "when a batch is published");
        publish(SECOND, 1);
        publish(OF_ANOTHER, 2);
        mustTell(
                ProgramBatch.BEFORE_ALL,
                Set.of(FIRST, SECOND, OF_ANOTHER),
                "when two programs and one with another checkpoint have published");
        mustTell(FIRST.time(), Set.of(SECOND, OF_ANOTHER), "after the first batch");
        mustTell(OF_ANOTHER.time(), Set.of(), "after the last batch");
        if (subject.canRetract()) {
            outputs.by(SECOND).retract(SECOND);
            mustTell(ProgramBatch.BEFORE_ALL, Set.of(FIRST, OF_ANOTHER), "when the second batch is taken back");
        }
        if (output() instanceof TransactionalOutput<T>) {
            OutputBatch again = ProgramBatch.ofAnotherCheckpoint(NAME, 1000);
            mustBeAnother(again, "a checkpoint", 3);
            mustBeAnother(ProgramBatch.of(NAME, 1000, 3), "a run", 4);
            if (subject.canRetract()) {
                takeBackOneOfThree();
            }
        }
    }

    /** As a rehearsal makes it, which only asks. */
    private Output<T> output() throws Exception {
        return subject.open(NAME);
    }

    private Iterator<T> record(int number) {
        return SeenRecords.of(subject, List.of(number)).iterator();
    }

    private void publish(OutputBatch batch, int number) throws Exception {
        Output<T> output = outputs.by(batch);
        if (output instanceof StagedOutput<T> staged) {
            String part = staged.stage(batch, 0, 0, record(number));
            staged.publish(batch, part == null ? List.of() : List.of(part));
            staged.discard(batch);
        } else if (output instanceof TransactionalOutput<T> transactional) {
            transactional.write(batch, record(number));
        }
    }

    private void mustTell(BatchTime after, Set<OutputBatch> expected, String when) throws Exception {
        List<OutputBatch> told = output().receipts(NAME, after);
        if (!new HashSet<>(told).equals(expected) || told.size() != expected.size()) {
            throw new AssertionError(
                    "the receipts after " + after + " should be " + expected + " " + when + ", and they are " + told);
        }
    }

    private void takeBackOneOfThree() throws Exception {
        output().retract(ProgramBatch.takenBack(FIRST, 2));
        List<T> left = subject.read(NAME);
        List<T> others = List.of(subject.testRecord(3), subject.testRecord(4));
        List<T> gone = List.of(subject.testRecord(0));
        if (!left.containsAll(others) || left.containsAll(gone)) {
            throw new AssertionError("readers should see " + others + " and not " + gone
                    + " when the first batch is taken back, and another checkpoint and a successor have written a batch of"
                    + " the same time, and they see " + left);
        }
    }

    private void mustBeAnother(OutputBatch batch, String of, int number) throws Exception {
        if (outputs.transactional(batch).isPublished(batch)) {
            throw new AssertionError("isPublished should be false for " + batch
                    + ", because the batch of that time which is" + " published is that of " + of + " of another id");
        }
        publish(batch, number);
        if (!subject.read(NAME).contains(subject.testRecord(number))) {
            throw new AssertionError(
                    "readers should see what was written as " + batch + ", and they see " + subject.read(NAME));
        }
    }
}
