/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit;

import dev.millrace.spi.Output;
import dev.millrace.spi.StagedOutput;
import dev.millrace.spi.TransactionalOutput;
import java.util.LinkedHashMap;
import java.util.Map;

/** Tests whether an output is exactly once; {@link OutputContractTest} without JUnit. */
public final class OutputCertification<T> {
    private final Place<T> place;
    private final String master;

    /** By programs on {@code local[2]}. */
    public OutputCertification(Place<T> place) {
        this(place, OutputPrograms.EMBEDDED);
    }

    /** By programs on {@code master}, such as {@code spark:local[2]}. */
    public OutputCertification(Place<T> place, String master) {
        this.place = place;
        this.master = master;
    }

    /** Gives an output with an empty place of its own. */
    public interface Place<T> {
        /** Opens an output for one check, in a place that is empty and no other check's. */
        OutputUnderTest<T> open(String check) throws Exception;
    }

    /** One thing that it must stand. */
    public interface Check {
        /** @throws AssertionError if it does not, with what was expected and what readers saw */
        void run() throws Exception;
    }

    /** A check of one output. */
    private interface Body<T> {
        void check(OutputUnderTest<T> subject, OutputPrograms<T> programs) throws Exception;
    }

    /** All checks by name, in order. */
    public Map<String, Check> checks() {
        Map<String, Check> checks = new LinkedHashMap<>();
        add(checks, "shouldHaveEachRecordOnceWhenNothingFails", (subject, programs) -> programs.runUninterrupted());
        add(
                checks,
                "shouldHaveEachRecordOnceWhenTasksFailAndAreTriedAgain",
                (subject, programs) -> programs.runWithFailingTasks());
        for (CrashSite site : OutputPrograms.sites()) {
            add(
                    checks,
                    "shouldHaveEachRecordOnceWhenTheProgramDiesAt" + site,
                    (subject, programs) -> programs.runWithCrash(site));
        }
        add(checks, "shouldHaveEachRecordOnceWhenItIsCalledAgain", (subject, programs) -> {
            Output<T> output = subject.open(OutputPrograms.FIRST);
            if (output instanceof StagedOutput<T>) {
                StagedCalls.check(subject);
            } else if (output instanceof TransactionalOutput<T>) {
                TransactionCalls.check(subject);
            }
        });
        add(
                checks,
                "shouldHaveEachPartOnceWhenPartsBreakOffAndComeAgain",
                (subject, programs) -> PartCalls.check(subject));
        add(checks, "shouldLeaveTheBatchOfItsSuccessorWhenItsProgramWasTakenOver", (subject, programs) -> {
            if (subject.open(OutputPrograms.FIRST) instanceof StagedOutput<T>) {
                StagedCalls.checkFenced(subject);
            } else {
                TransactionCalls.checkFenced(subject);
            }
        });
        add(checks, "shouldTellWhatItHasPublished", (subject, programs) -> ReceiptCalls.check(subject));
        add(
                checks,
                "shouldPublishNothingAgainWhenAnOlderCheckpointIsRestored",
                (subject, programs) -> programs.restoreOlderCheckpoint());
        add(checks, "shouldTakeBackABatch", (subject, programs) -> programs.rollBack());
        add(checks, "shouldTakeBackAReceipt", (subject, programs) -> {
            if (subject.canRetract() && subject.open(OutputPrograms.FIRST) instanceof TransactionalOutput<T>) {
                TransactionCalls.checkTakenBack(subject);
            }
        });
        return checks;
    }

    private void add(Map<String, Check> checks, String name, Body<T> body) {
        checks.put(name, () -> {
            try (OutputUnderTest<T> subject = place.open(name)) {
                body.check(subject, new OutputPrograms<>(subject, master));
            }
        });
    }
}
