/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Certifies a source of your own as replayable: extend it, say how to make the source and how records appear, and run it with JUnit.
 * Programs read the source with empty batches, restarts, and a crash at every point of the durable path: each record must come in one
 * batch, and a batch that runs again must have the same records in the same order. Crash points belong to the process, so do not
 * run it beside other tests.
 *
 * @param <T> the type of the records
 */
public abstract class SourceContractTest<T> {
    /** The source, with an empty place: {@code directory} is empty and there for it. */
    protected abstract SourceUnderTest<T> underTest(Path directory) throws Exception;

    /** The master of the programs, such as {@code spark:local[2]}, to whose tasks the source is sent. */
    protected String master() {
        return SourcePrograms.EMBEDDED;
    }

    @TestFactory
    final Stream<DynamicTest> contract(@TempDir Path directory) {
        return Stream.concat(
                Stream.of(
                        check("gives each record in one batch", directory, SourcePrograms::readOnce),
                        check("comes to an end where all was read", directory, SourcePrograms::readAvailable),
                        check("knows a position that is not its own", directory, SourcePrograms::meetAnotherPosition),
                        check("goes on where it was left", directory, programs -> programs.readWithCrash(null))),
                OutputPrograms.sites().stream()
                        .map(site -> check(
                                "gives a batch the same records again after a crash at " + site,
                                directory,
                                programs -> programs.readWithCrash(site))));
    }

    private interface Check<T> {
        void run(SourcePrograms<T> programs) throws Exception;
    }

    private DynamicTest check(String name, Path directory, Check<T> check) {
        return DynamicTest.dynamicTest(name, () -> {
            Path place = Files.createTempDirectory(directory, "source-");
            try (SourceUnderTest<T> subject = underTest(Files.createDirectory(place.resolve("place")))) {
                check.run(new SourcePrograms<>(subject, master(), place.resolve("checkpoint")));
            }
        });
    }
}
