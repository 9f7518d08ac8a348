/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit;

import dev.millrace.spi.OutputBatch;
import dev.millrace.spi.OutputPart;
import dev.millrace.spi.PartedOutput;
import java.util.ArrayList;
import java.util.List;

/** Calls an output that writes in parts: parts one by one, rows that break off, and a part that comes again. */
final class PartCalls<T> {
    private static final String NAME = OutputPrograms.FIRST;
    private static final OutputBatch BATCH = ProgramBatch.of(NAME, 2);

    private final OutputUnderTest<T> subject;
    private final OpenOutputs<T> outputs;

    private PartCalls(OutputUnderTest<T> subject, OpenOutputs<T> outputs) {
        this.subject = subject;
        this.outputs = outputs;
    }

    /** Does nothing of an output that writes each batch as a whole. */
    static <T> void check(OutputUnderTest<T> subject) throws Exception {
        if (subject.open(NAME) instanceof PartedOutput<T> parted && parted.parts() > 1) {
            try (OpenOutputs<T> outputs = new OpenOutputs<>(subject)) {
                new PartCalls<>(subject, outputs).check(parted.parts());
            }
        }
    }

    private void check(int parts) throws Exception {
        OutputPart first = new OutputPart(BATCH, 0, parts);
        OutputPart last = new OutputPart(BATCH, parts - 1, parts);
        breakOff(last);
        SeenRecords.mustBe(subject, NAME, List.of(), "when a part has broken off");
        mustHaveReceipt(last, false, "when it has broken off");
        write(last, 2, 5);
        SeenRecords.mustBe(subject, NAME, List.of(2, 5), "when the last part is written");
        mustHaveReceipt(last, true, "when it is written");
        mustHaveReceipt(first, false, "when another part is written");
        mustHaveReceipt(
                new OutputPart(BATCH, parts - 1, parts + 1),
                false,
                "when the batch was written in another number of parts");
        write(first, 0);
        again(last);
        SeenRecords.mustBe(subject, NAME, List.of(0, 2, 5), "when a second writer has come with a part that is there");
        List<OutputBatch> told = subject.open(NAME).receipts(NAME, ProgramBatch.BEFORE_ALL);
        if (!told.equals(List.of(BATCH))) {
            throw new AssertionError("the receipts of a batch in parts should be " + BATCH + " once, and are " + told);
        }
    }

    /** As a new process would open it. */
    private PartedOutput<T> output() throws Exception {
        return (PartedOutput<T>) outputs.transactional(BATCH);
    }

    private List<byte[]> rows(PartedOutput<T> output, Integer... numbers) throws Exception {
        List<byte[]> rows = new ArrayList<>();
        for (T record : SeenRecords.of(subject, List.of(numbers))) {
            rows.add(output.encoder().encode(record));
        }
        return rows;
    }

    private void write(OutputPart part, Integer... numbers) throws Exception {
        PartedOutput<T> output = output();
        output.write(part, rows(output, numbers));
    }

    private void breakOff(OutputPart part) throws Exception {
        PartedOutput<T> output = output();
        List<byte[]> rows = rows(output, 2, 5);
        try {
            output.write(
                    part,
                    () -> Interrupted.after(rows.iterator(), () -> {
                        throw new StagedCalls.BrokenOff();
                    }));
        } catch (Exception expected) { // perhaps wrapped
            return;
        }
        throw new AssertionError("write of a part returned although its rows threw");
    }

    private void again(OutputPart part) throws Exception {
        try {
            write(part, 2, 5);
        } catch (Exception expected) {
            return; // refused; to write nothing and return is as good
        }
    }

    private void mustHaveReceipt(OutputPart part, boolean expected, String when) throws Exception {
        boolean published = output().isPublished(part);
        if (published != expected) {
            throw new AssertionError("isPublished of " + part + " should be " + expected + " " + when);
        }
    }
}
