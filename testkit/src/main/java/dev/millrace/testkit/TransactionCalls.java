/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit;

import dev.millrace.spi.OutputBatch;
import dev.millrace.spi.TransactionalOutput;
import dev.millrace.streaming.BatchTime;
import java.util.Iterator;
import java.util.List;

/** Calls a transactional output as failures do: rows that break off, and a second writer of the same batch. */
final class TransactionCalls<T> {
    private static final String NAME = OutputPrograms.FIRST;
    private static final OutputBatch BATCH = new OutputBatch(new BatchTime(1000), NAME);

    private final OutputUnderTest<T> subject;

    private TransactionCalls(OutputUnderTest<T> subject) {
        this.subject = subject;
    }

    static <T> void check(OutputUnderTest<T> subject) throws Exception {
        new TransactionCalls<>(subject).check();
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

    /** As a new process would open it. */
    @SuppressWarnings("unchecked") // the caller has looked
    private TransactionalOutput<T> output() throws Exception {
        return (TransactionalOutput<T>) subject.open(NAME);
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
