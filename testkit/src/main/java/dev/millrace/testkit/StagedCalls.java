/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit;

import dev.millrace.spi.OutputBatch;
import dev.millrace.spi.StagedOutput;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Calls a staged output as failures do: attempts that break off, that run beside each other, and publishing again. */
final class StagedCalls<T> {
    private static final String NAME = OutputPrograms.FIRST;
    private static final OutputBatch BATCH = ProgramBatch.of(NAME, 2);
    private static final OutputBatch OF_FENCED = ProgramBatch.of(NAME, 1);

    private final OutputUnderTest<T> subject;

    private StagedCalls(OutputUnderTest<T> subject) {
        this.subject = subject;
    }

    static <T> void check(OutputUnderTest<T> subject) throws Exception {
        new StagedCalls<>(subject).check();
    }

    private void check() throws Exception {
        stageAndBreakOff();
        mustSee(List.of(), "when an attempt has broken off");
        output().discard(BATCH);
        List<String> parts = new ArrayList<>();
        String loser = stageBeside(parts);
        stage(1, 0, 3, parts);
        mustSee(List.of(), "when all is staged and nothing published");
        output().publish(BATCH, parts);
        mustSee(List.of(0, 1, 2, 3), "when it is published, and attempt " + loser + " has lost");
        output().publish(BATCH, parts);
        mustSee(List.of(0, 1, 2, 3), "when it is published a second time");
        output().discard(BATCH);
        mustSee(List.of(0, 1, 2, 3), "when what is left in staging is discarded");
        output().publish(BATCH, parts);
        output().discard(BATCH);
        mustSee(List.of(0, 1, 2, 3), "when it is published again after staging was discarded");
    }

    /** A program that was taken over, and does not know it yet, discards and takes back the batch of its successor. */
    static <T> void checkFenced(OutputUnderTest<T> subject) throws Exception {
        new StagedCalls<>(subject).checkFenced();
    }

    private void checkFenced() throws Exception {
        List<String> parts = new ArrayList<>();
        output().stage(OF_FENCED, 0, 0, SeenRecords.of(subject, List.of(7)).iterator());
        stage(0, 0, 0, parts);
        stage(1, 0, 3, parts);
        output().discard(OF_FENCED);
        try {
            output().publish(BATCH, parts);
        } catch (Exception e) {
            throw new AssertionError(
                    "publish fails after a program that was taken over has discarded its own attempt at the batch: "
                            + e,
                    e);
        }
        output().discard(OF_FENCED);
        output().discard(BATCH);
        mustSee(List.of(0, 1, 2, 3), "when a program that was taken over has discarded its own attempt at the batch");
        if (subject.canRetract()) {
            output().retract(OF_FENCED);
            mustSee(
                    List.of(0, 1, 2, 3),
                    "when a program that was taken over has taken back the batch of its successor");
        }
    }

    /** As a new process would open it. */
    @SuppressWarnings("unchecked") // the caller has looked
    private StagedOutput<T> output() throws Exception {
        return (StagedOutput<T>) subject.open(NAME);
    }

    private void mustSee(List<Integer> numbers, String when) throws Exception {
        SeenRecords.mustBe(subject, NAME, numbers, when);
    }

    private void stageAndBreakOff() throws Exception {
        Iterator<T> records = SeenRecords.of(subject, List.of(0, 1)).iterator();
        try {
            output().stage(BATCH, 0, 0, Interrupted.after(records, () -> {
                throw new BrokenOff();
            }));
            throw new AssertionError("stage returned although its records threw");
        } catch (BrokenOff expected) {
            // as it should
        }
    }

    /** Two attempts at partition 0, one within the other; the inner one wins. */
    private String stageBeside(List<String> parts) throws Exception {
        Iterator<T> records = SeenRecords.of(subject, List.of(0, 1, 2)).iterator();
        String outer = output().stage(BATCH, 0, 0, Interrupted.after(records, () -> {
            try {
                stage(0, 1, 0, parts);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }));
        return "0 (" + outer + ")";
    }

    /** Partition 0 has the records 0 to 2, partition 1 has record 3. */
    private void stage(int partition, int attempt, int from, List<String> parts) throws Exception {
        List<Integer> numbers = partition == 0 ? List.of(0, 1, 2) : List.of(from);
        String part = output().stage(
                        BATCH,
                        partition,
                        attempt,
                        SeenRecords.of(subject, numbers).iterator());
        if (part == null) {
            throw new AssertionError("stage returned null for " + numbers.size() + " records, so they would be lost");
        }
        parts.add(part);
    }

    /** Thrown by the records of a task that is to fail. */
    static final class BrokenOff extends RuntimeException {
        private static final long serialVersionUID = 1;
    }
}
