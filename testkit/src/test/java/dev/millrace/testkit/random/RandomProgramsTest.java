/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.testkit.NoLeaks;
import dev.millrace.testkit.StreamTestDriver;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(NoLeaks.class)
class RandomProgramsTest {
    private static final List<RandomCheck> LOCAL = List.of(
            RandomCheck.againstModel(EngineRunner.on("local[1]"), true),
            RandomCheck.againstModel(EngineRunner.on("local[2]"), true),
            RandomCheck.againstModel(EngineRunner.on("local[4]"), true),
            RandomCheck.againstModel(withoutMemory(), true));

    /** With a budget of one byte, so that all that can be spilled is. */
    private static EngineRunner withoutMemory() {
        return EngineRunner.with(
                () -> StreamTestDriver.setup().master("local[2]").set("millrace.memory.budget", "1"));
    }

    @Test
    void shouldGiveTheSameBytesWithoutMemory() {
        for (long seed = 0; seed < 60; seed++) {
            RandomProgram program = ProgramGenerator.generate(seed);
            assertThat(withoutMemory().run(program))
                    .as("the program of seed %d", seed)
                    .isEqualTo(EngineRunner.on("local[2]").run(program));
        }
    }

    private static void check(long from, long until) {
        for (long seed = from; seed < until; seed++) {
            LOCAL.get((int) (seed % LOCAL.size())).check(seed);
        }
    }

    @Test
    void shouldGiveWhatTheModelGives() {
        check(0, 200);
    }

    @Test
    @Tag("long")
    void shouldGiveWhatTheModelGivesForTwentyThousandPrograms() {
        check(1_000, 21_000);
    }

    @Test
    void shouldGiveWhatTheModelGivesWhenRestarted(@TempDir Path directory) {
        checkRestarted(directory, 0, 20);
    }

    @Test
    @Tag("full")
    void shouldGiveWhatTheModelGivesWhenRestartedManyTimes(@TempDir Path directory) {
        checkRestarted(directory, 100, 600);
    }

    private static void checkRestarted(Path directory, long from, long until) {
        AtomicInteger runs = new AtomicInteger();
        for (long seed = from; seed < until; seed++) {
            EngineRunner restarting = EngineRunner.restarting(
                    () -> StreamTestDriver.setup()
                            .set("millrace.streaming.checkpoint.snapshotBytes", "1k")
                            .checkpoint(directory.resolve("run-" + runs.getAndIncrement())),
                    1 + (int) (seed % 5));
            RandomCheck.againstModel(restarting, false).check(seed);
        }
    }

    @Test
    void shouldMakeTheSameProgramFromTheSameSeed() {
        assertThat(ProgramGenerator.generate(5)).isEqualTo(ProgramGenerator.generate(5));
        assertThat(ProgramGenerator.generate(5)).isNotEqualTo(ProgramGenerator.generate(6));
    }

    @Test
    void shouldUseEveryOperation() {
        List<Operation> used = new ArrayList<>();
        for (long seed = 0; seed < 200; seed++) {
            ProgramGenerator.generate(seed).steps().forEach(step -> used.add(step.operation()));
        }
        assertThat(used).contains(Operation.values());
    }

    @Test
    void shouldFindAndShrinkAMistake() {
        ModelRunner wrong = new ModelRunner((step, inputs) -> step.operation() == Operation.SUM
                ? ModelRunner.apply(new Step(Operation.MAX, step.inputs(), step.first(), step.second()), inputs)
                : ModelRunner.apply(step, inputs));
        RandomCheck check = new RandomCheck(wrong, EngineRunner.on("local[1]"), false);
        AssertionError found = catchThrowableOfType(AssertionError.class, () -> {
            for (long seed = 0; seed < 200; seed++) {
                check.check(seed);
            }
        });
        assertThat(found).isNotNull().hasMessageContaining("made small");
        RandomProgram program = ProgramGenerator.generate(seedOf(found));
        RandomProgram small = new Shrinker(candidate -> check.difference(candidate) != null).shrink(program);
        assertThat(small.batches()).isEqualTo(1);
        assertThat(small.steps()).hasSizeLessThanOrEqualTo(3);
        assertThat(small.inputs().get(0).batches().get(0)).hasSizeLessThanOrEqualTo(2);
        assertThat(found).hasMessageContaining(small.toString());
    }

    private static long seedOf(AssertionError found) {
        return Long.parseLong(found.getMessage().replaceAll("(?s)^the program of seed (\\d+) .*", "$1"));
    }

    @Test
    void shouldSayWhatWasThrownWhenAProgramFails() {
        RandomCheck check = RandomCheck.againstModel(
                program -> {
                    throw new IllegalStateException("broken on purpose");
                },
                false);
        assertThatThrownBy(() -> check.check(1)).hasMessageContaining("broken on purpose");
    }
}
