/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.testkit.NoLeaks;
import dev.millrace.testkit.StreamTestDriver;
import dev.millrace.testkit.planted.ByteCode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(NoLeaks.class)
class RandomProgramsTest {
    private static final EngineRunner ENGINE = EngineRunner.on("local[2]");

    /** Runs that must give what {@link #ENGINE} gives, in the same order. */
    private final List<RandomCheck> sameBytes;

    RandomProgramsTest(@TempDir Path directory) {
        AtomicInteger runs = new AtomicInteger();
        Function<String, EngineRunner> interrupted = budget -> EngineRunner.with(() -> StreamTestDriver.setup()
                        .set("millrace.streaming.checkpoint.snapshotBytes", "1k")
                        .set("millrace.memory.budget", budget)
                        .checkpoint(directory.resolve("run-" + runs.getAndIncrement())))
                .interrupted();
        EngineRunner withoutMemory =
                EngineRunner.with(() -> StreamTestDriver.setup().set("millrace.memory.budget", "1"));
        EngineRunner outputsSideBySide =
                EngineRunner.with(() -> StreamTestDriver.setup().set("millrace.streaming.concurrentJobs", "3"));
        sameBytes = Stream.of(
                        interrupted.apply("60%"),
                        withoutMemory,
                        outputsSideBySide,
                        interrupted.apply("1"), // everything goes to disk
                        interrupted.apply("10k"), // something does, when another asks
                        ENGINE)
                .map(runner -> new RandomCheck(ENGINE, runner, true))
                .toList();
    }

    /** Laws 1 and 2, and 4 where the program has a window that can be told an inverse. */
    private void check(long seed) {
        RandomCheck.againstModel(ENGINE).check(seed);
        RandomProgram program = ProgramGenerator.generate(seed);
        sameBytes.get((int) (seed % sameBytes.size())).check(seed);
        if (!program.dependsOnParallelism()) {
            String threads = seed % 2 == 0 ? "local[1]" : "local[4]";
            new RandomCheck(ENGINE, EngineRunner.on(threads), true).check(seed);
        }
        if (program.steps().stream().anyMatch(step -> step.operation().hasInverse())) {
            new RandomCheck(ENGINE, ENGINE.withoutInverses(), false).check(seed);
        }
    }

    private void check(long from, long until) {
        for (long seed = from; seed < until; seed++) {
            check(seed);
        }
    }

    @Test
    void shouldObeyTheLaws() {
        check(0, 200);
    }

    @Test
    @Tag("full")
    void shouldObeyTheLawsForAThousandPrograms() {
        check(1_000, 2_000);
    }

    @Test
    @Tag("long")
    void shouldObeyTheLawsForTwentyThousandPrograms() {
        int programs = Integer.getInteger("millrace.random.programs", 20_000);
        for (long seed = 10_000; seed < 10_000 + programs; seed++) {
            check(seed);
            if (seed % 1_000 == 0) {
                System.out.println("random programs up to seed " + seed);
            }
        }
    }

    @Test
    @Tag("full")
    void shouldGiveTheSameWhenInterrupted() {
        for (long seed = 100; seed < 600; seed++) {
            sameBytes.get(seed % 2 == 0 ? 0 : 3 + (int) (seed / 2 % 2)).check(seed);
        }
    }

    /** The changes of each record of a journal become a run, and runs are merged all the time. */
    private void checkWithoutMemoryForFolding(long from, long until) throws Exception {
        try (AutoCloseable none =
                ByteCode.skipping("checkpoint.Snapshots", "foldingBytes").make()) {
            for (long seed = from; seed < until; seed++) {
                sameBytes.get(seed % 2 == 0 ? 0 : 4).check(seed);
            }
        }
    }

    @Test
    void shouldGiveTheSameWhenInterruptedAndNoChangeMayBeInMemory() throws Exception {
        checkWithoutMemoryForFolding(600, 630);
    }

    @Test
    @Tag("full")
    void shouldGiveTheSameForManyProgramsWhenInterruptedAndNoChangeMayBeInMemory() throws Exception {
        checkWithoutMemoryForFolding(700, 1_000);
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
    void shouldPutStatesWindowsAndQuarantinesOverEachOtherAndSlideMoreSlowlyThanBatches() {
        Set<String> found = new TreeSet<>();
        for (long seed = 0; seed < 200; seed++) {
            RandomProgram program = ProgramGenerator.generate(seed);
            for (Step step : program.steps()) {
                int slide = program.slides().get(step.inputs().get(0));
                Operation over = operation(program, step.inputs().get(0));
                if (over != null && over.putsAside() && step.operation().isState()) {
                    found.add("state behind a quarantine");
                }
                if (over != null && step.operation().putsAside() && over.isState()) {
                    found.add("quarantine behind a state");
                }
                if (over != null && step.operation().isState() && over.isWindow()) {
                    found.add("state over window");
                } else if (over != null && step.operation().isWindow() && over.isState()) {
                    found.add("window over state");
                }
                if (step.operation().isState() && slide > 1) {
                    found.add("slow state");
                } else if (step.operation().isWindow() && step.second() > step.first()) {
                    found.add("window with gaps");
                } else if (step.operation().isWindow() && slide > 1 && step.second() > 1) {
                    found.add("slow window of slow window");
                }
            }
            if (program.outputs().size() > 1) {
                found.add("several outputs");
            }
        }
        assertThat(found)
                .containsExactly(
                        "quarantine behind a state",
                        "several outputs",
                        "slow state",
                        "slow window of slow window",
                        "state behind a quarantine",
                        "state over window",
                        "window over state",
                        "window with gaps");
    }

    private static @Nullable Operation operation(RandomProgram program, int place) {
        int step = place - program.inputs().size();
        return step < 0 ? null : program.steps().get(step).operation();
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
        assertThat(small.batches()).as("%s", small).isLessThanOrEqualTo(2); // a sum over a window may need so many
        assertThat(small.steps()).hasSizeLessThanOrEqualTo(3);
        assertThat(small.inputs().get(0).batches().get(0))
                .as("%s", small)
                .hasSizeLessThanOrEqualTo(3); // a filter of a sum may need so many
        assertThat(found).hasMessageContaining(small.toString());
    }

    private static long seedOf(AssertionError found) {
        return Long.parseLong(found.getMessage().replaceAll("(?s)^the program of seed (\\d+) .*", "$1"));
    }

    @Test
    void shouldSayWhatWasThrownWhenAProgramFails() {
        RandomCheck check = RandomCheck.againstModel(program -> {
            throw new IllegalStateException("broken on purpose");
        });
        assertThatThrownBy(() -> check.check(1)).hasMessageContaining("broken on purpose");
    }
}
