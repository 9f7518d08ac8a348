/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Certifies an output of your own as exactly once: extend it, say how to make the output and how readers see it, and run it
 * with JUnit. Programs run into the output with task failures and retries, duplicate attempts, empty batches, several
 * outputs at once and a crash at every point of the durable path, and recover; and its methods are called as only a
 * failure would call them. Crash points belong to the process, so do not run it beside other tests.
 *
 * @param <T> the type of the records
 */
@ExtendWith(NoLeaks.class)
public abstract class OutputContractTest<T> {
    /** The output, into an empty place: {@code directory} is empty and there for it. */
    protected abstract OutputUnderTest<T> underTest(Path directory) throws Exception;

    /** The master of the programs, such as {@code spark:local[2]}, to whose tasks the output is sent. */
    protected String master() {
        return OutputPrograms.EMBEDDED;
    }

    @TestFactory
    final Stream<DynamicTest> contract(@TempDir Path directory) {
        OutputCertification<T> certification = new OutputCertification<>(
                name -> underTest(Files.createDirectories(directory.resolve(name))), master());
        return certification.checks().entrySet().stream()
                .map(check -> DynamicTest.dynamicTest(
                        check.getKey(), () -> check.getValue().run()));
    }
}
