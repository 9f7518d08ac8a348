/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit;

import dev.millrace.spi.OutputBatch;
import dev.millrace.spi.TransactionalOutput;
import java.util.Iterator;
import java.util.List;

/** Calls a transactional output as failures do: rows that break off, and a second writer of the same batch. */
final class TransactionCalls<T> {
    private static final String NAME = OutputPrograms.FIRST;
    private static final OutputBatch BATCH = ProgramBatch.of(NAME, 2);

    private final OutputUnderTest<T> subject;
    private final OpenOutputs<T> outputs;

    private TransactionCalls(OutputUnderTest<T> subject, OpenOutputs<T> outputs) {
        this.subject = subject;
        this.outputs = outputs;
    }

    static <T> void check(OutputUnderTest<T> subject) throws Exception {
        try (OpenOutputs<T> outputs = new OpenOutputs<>(subject)) {
            new TransactionCalls<>(subject, outputs).check();
        }
    }

    private void check() throws Exception {
        mustHaveReceipt(false, "before anything was written");
        breakOff();
        SeenRecords.mustBe(subject, NAME, List.of(), "when its transaction has broken off");
        mustHaveReceipt(false, "when its transaction has broken off");
        output().write(BATCH, records(0, 1, 2));
        SeenRecords.mustBe(subject, NAME, List.of(0, 1, 2), "when it is written");
        mustHaveReceipt(true, "when it is written");
        writeASecondTime();
        SeenRecords.mustBe(subject, NAME, List.of(0, 1, 2), "when a second writer has come with the same batch");
        mustHaveReceipt(true, "when a second writer has come with the same batch");
    }

    /** A program that was taken over, and does not know it yet, takes back the batch of its successor. */
    static <T> void checkFenced(OutputUnderTest<T> subject) throws Exception {
        try (OpenOutputs<T> outputs = new OpenOutputs<>(subject)) {
            new TransactionCalls<>(subject, outputs).checkFenced();
        }
    }

    private void checkFenced() throws Exception {
        output().write(BATCH, records(0, 1, 2));
        if (subject.canRetract()) {
            String when = "when a program that was taken over has taken back the batch of its successor";
            outputs.transactional(ProgramBatch.of(NAME, 1)).retract(ProgramBatch.of(NAME, 1));
            SeenRecords.mustBe(subject, NAME, List.of(0, 1, 2), when);
            mustHaveReceipt(true, when);
        }
    }

    /** A batch that is taken back has no receipt, so that it is written when it comes again. */
    static <T> void checkTakenBack(OutputUnderTest<T> subject) throws Exception {
        try (OpenOutputs<T> outputs = new OpenOutputs<>(subject)) {
            new TransactionCalls<>(subject, outputs).checkTakenBack();
        }
    }

    private void checkTakenBack() throws Exception {
        output().write(BATCH, records(0, 1, 2));
        String when = "when its batch is taken back by a later program";
        outputs.transactional(ProgramBatch.takenBack(BATCH, 3)).retract(ProgramBatch.takenBack(BATCH, 3));
        SeenRecords.mustBe(subject, NAME, List.of(), when);
        mustHaveReceipt(false, when);
        output().write(BATCH, records(3));
        SeenRecords.mustBe(subject, NAME, List.of(3), "when a batch that was taken back is written again");
    }

    /** As a new process would open it. */
    private TransactionalOutput<T> output() throws Exception {
        return outputs.transactional(BATCH);
    }

    private Iterator<T> records(Integer... numbers) {
        return SeenRecords.of(subject, List.of(numbers)).iterator();
    }

    private void mustHaveReceipt(boolean expected, String when) throws Exception {
        boolean published = output().isPublished(BATCH);
        if (published != expected) {
            throw new AssertionError("isPublished should be " + expected + " " + when + ", and it is " + published);
        }
    }

    private void breakOff() throws Exception {
        try {
            output().write(BATCH, Interrupted.after(records(0, 1), () -> {
                throw new StagedCalls.BrokenOff();
            }));
        } catch (Exception expected) { // perhaps wrapped
            return;
        }
        throw new AssertionError("write returned although its records threw");
    }

    /** A process that was thought dead; it asked for the receipt before it fell asleep. */
    private void writeASecondTime() {
        try {
            output().write(BATCH, records(0, 1, 2));
        } catch (Exception expected) {
            return; // refused; to write nothing and return is as good
        }
    }
}
