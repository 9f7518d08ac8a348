/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit;

import dev.millrace.spi.Output;
import dev.millrace.spi.StagedOutput;
import dev.millrace.spi.TransactionalOutput;
import java.util.LinkedHashMap;
import java.util.Map;

/** What an output must stand to be called exactly once; {@link OutputContractTest} without JUnit. */
public final class OutputCertification<T> {
    private final Place<T> place;

    public OutputCertification(Place<T> place) {
        this.place = place;
    }

    /** Gives an output with an empty place of its own. */
    public interface Place<T> {
        OutputUnderTest<T> open(String check) throws Exception;
    }

    /** One thing that it must stand. */
    public interface Check {
        /** @throws AssertionError if it does not, with what was expected and what readers saw */
        void run() throws Exception;
    }

    /** A check of one output. */
    interface Body<T> {
        void check(OutputUnderTest<T> subject) throws Exception;
    }

    /** All checks by name, in order. */
    public Map<String, Check> checks() {
        Map<String, Check> checks = new LinkedHashMap<>();
        add(checks, "shouldHaveEachRecordOnceWhenNothingFails", OutputPrograms::runUninterrupted);
        add(checks, "shouldHaveEachRecordOnceWhenTasksFailAndAreTriedAgain", OutputPrograms::runWithFailingTasks);
        for (CrashSite site : OutputPrograms.sites()) {
            add(
                    checks,
                    "shouldHaveEachRecordOnceWhenTheProgramDiesAt" + site,
                    subject -> OutputPrograms.runWithCrash(subject, site));
        }
        add(checks, "shouldHaveEachRecordOnceWhenItIsCalledAgain", subject -> {
            Output<T> output = subject.open(OutputPrograms.FIRST);
            if (output instanceof StagedOutput<T>) {
                StagedCalls.check(subject);
            } else if (output instanceof TransactionalOutput<T>) {
                TransactionCalls.check(subject);
            }
        });
        add(checks, "shouldTakeBackABatch", OutputPrograms::rollBack);
        return checks;
    }

    private void add(Map<String, Check> checks, String name, Body<T> body) {
        checks.put(name, () -> {
            try (OutputUnderTest<T> subject = place.open(name)) {
                body.check(subject);
            }
        });
    }
}
