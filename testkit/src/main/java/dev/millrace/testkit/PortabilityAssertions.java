/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit;

import dev.millrace.error.BatchFailedException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Assertions that a program would run on a cluster as it runs in one process: its functions can be sent to tasks, and change
 * neither what they hold nor the records that they are given; a key has the same hash in another process, and a copy of it is
 * equal. What a program does with static fields is not seen.
 */
public final class PortabilityAssertions {
    private PortabilityAssertions() {}

    /**
     * Runs a batch without records, which shows whether the functions of the streams can be sent.
     *
     * @throws AssertionError listing everything that is not portable, each with the change to make
     */
    public static void assertPortable(StreamProgram program) {
        assertPortable(program, driver -> {});
    }

    /**
     * Runs the batches that a test fills in, in the driver that it is given, and one more.
     *
     * @param fill such as {@code driver -> driver.input("lines").batch("a b a")}; it may advance batches as well
     * @throws AssertionError listing everything that is not portable, each with the change to make
     */
    public static void assertPortable(StreamProgram program, Consumer<StreamTestDriver> fill) {
        try (StreamTestDriver driver = StreamTestDriver.setup().portable().run(program)) {
            List<String> findings = new ArrayList<>();
            try {
                fill.accept(driver);
                driver.advanceFilled();
            } catch (BatchFailedException e) {
                findings.add(String.valueOf(e.getMessage()));
            }
            findings.addAll(0, driver.portabilityFindings());
            if (!findings.isEmpty()) {
                throw new AssertionError("This program is not portable:\n  - " + String.join("\n  - ", findings));
            }
        }
    }
}
