/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.conformance;

import dev.millrace.testkit.OutputCertification;
import dev.millrace.testkit.OutputCertification.Check;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The output of a program on Spark is there exactly once. */
@ExtendWith(SparkHeldOpen.class)
class SparkOutputsTest {
    /** One in a task, one before and one after the decision, and one in the middle of publishing each kind. */
    private static final Set<String> SOME = Set.of(
            "shouldHaveEachRecordOnceWhenTasksFailAndAreTriedAgain",
            "shouldHaveEachRecordOnceWhenTheProgramDiesAtPART_STAGED#2",
            "shouldHaveEachRecordOnceWhenTheProgramDiesAtBEFORE_DECISION#2",
            "shouldHaveEachRecordOnceWhenTheProgramDiesAtDECIDED#1",
            "shouldHaveEachRecordOnceWhenTheProgramDiesAtPART_PUBLISHED#2",
            "shouldHaveEachRecordOnceWhenTheProgramDiesAtTRANSACTION_COMMITTED#1");

    @TempDir
    private Path directory;

    private Map<String, Check> checks(OutputKind kind) {
        return new OutputCertification<>(
                        name -> kind.in(Files.createDirectories(directory.resolve(kind + name))), SparkHeldOpen.MASTER)
                .checks();
    }

    @ParameterizedTest
    @EnumSource
    void shouldHaveEachRecordOnceWhateverFails(OutputKind kind) throws Exception {
        Map<String, Check> checks = checks(kind);
        for (String name : SOME) {
            checks.get(name).run();
        }
    }

    @TestFactory
    @Tag("full")
    Stream<DynamicTest> certification() {
        return Stream.of(OutputKind.values())
                .flatMap(kind -> checks(kind).entrySet().stream()
                        .map(check -> DynamicTest.dynamicTest(
                                kind + " " + check.getKey(),
                                () -> check.getValue().run())));
    }
}
