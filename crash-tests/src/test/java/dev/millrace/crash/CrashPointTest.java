/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.internal.crash.CrashPoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Processes of each kind that die exactly at each step of the durable path, each time that they come there. The process
 * that goes on is the one of the tests, or for the first time at each point one of its own.
 */
@Execution(ExecutionMode.CONCURRENT)
class CrashPointTest {
    /** Of threads in the background, which do not come to a point equally often in every run. */
    private static final String BACKGROUND = "(WAL|JOURNAL|RUNS?|SNAPSHOT)_.*";

    /** Points that no program here comes to, and where processes die at them. */
    private static final Map<String, String> ELSEWHERE =
            Map.of("TRANSACTION_.*", "outputs with transactions of their own: OutputCertification of the test kit");

    private static final Map<ProgramKind, Scene> SCENES = new EnumMap<>(ProgramKind.class);
    private static final AtomicInteger DEATHS = new AtomicInteger();
    private static final AtomicInteger LONG_LIVES = new AtomicInteger();

    @BeforeAll
    static void runUninterrupted(@TempDir Path root) throws Exception {
        for (ProgramKind kind : ProgramKind.values()) {
            Scene scene = Scene.of(kind, kind.batches(), root.resolve(kind.name()));
            System.out.println("an uninterrupted run comes to " + scene);
            SCENES.put(kind, scene);
        }
    }

    @AfterAll
    static void closeScenes() throws Exception {
        System.out.println(DEATHS + " processes died at a point; " + LONG_LIVES + " did not come there");
        for (Scene scene : SCENES.values()) {
            scene.close();
        }
    }

    /** Every point once, spread over the kinds. */
    static Stream<Arguments> each() {
        List<Arguments> deaths = new ArrayList<>();
        for (CrashPoint point : CrashPoint.values()) {
            List<ProgramKind> kinds = SCENES.keySet().stream()
                    .filter(kind -> scene(kind).points().contains(point))
                    .toList();
            if (!kinds.isEmpty()) {
                deaths.add(Arguments.of(kinds.get(deaths.size() % kinds.size()), point, 1));
            }
        }
        return deaths.stream();
    }

    static Stream<Arguments> first() {
        return SCENES.entrySet().stream()
                .flatMap(scene ->
                        scene.getValue().points().stream().map(point -> Arguments.of(scene.getKey(), point, 1)));
    }

    /** Every point each time, but for what {@link #each} has. */
    static Stream<Arguments> others() {
        Set<List<Object>> each = each().map(death -> List.of(death.get())).collect(Collectors.toSet());
        return SCENES.entrySet().stream()
                .flatMap(scene -> scene.getValue().points().stream()
                        .flatMap(point -> IntStream.rangeClosed(
                                        1, scene.getValue().occurrences(point))
                                .mapToObj(occurrence -> Arguments.of(scene.getKey(), point, occurrence))))
                .filter(death -> !each.contains(List.of(death.get())));
    }

    @Test
    @Tag("crash")
    void shouldComeToEveryPointThatIsDeclared() {
        Set<CrashPoint> missing = EnumSet.allOf(CrashPoint.class);
        missing.remove(CrashPoint.TRANSACTION_COMMITTED); // programs with a database die in the test kit's own tests
        missing.removeIf(point -> point.name().startsWith("ROLLBACK_")); // the core's own tests go back
        missing.removeIf(point -> point.name().startsWith("SKIP_")); // SkipKillTest
        missing.remove(CrashPoint.UPGRADE_WRITTEN); // UpgradeKillTest
        SCENES.values().forEach(scene -> missing.removeAll(scene.points()));
        missing.removeIf(point -> ELSEWHERE.keySet().stream().anyMatch(point.name()::matches));
        assertThat(missing).as("points at which no program of these tests dies").isEmpty();
    }

    @ParameterizedTest
    @MethodSource("each")
    @Tag("crash")
    void shouldEqualAnUninterruptedRunWhenAProcessDiesWhereItFirstComesTo(
            ProgramKind kind, CrashPoint point, int occurrence) throws Exception {
        mustEqual(kind, dying(kind, point, occurrence).finishHere(), point);
    }

    @ParameterizedTest
    @MethodSource("others")
    @Tag("full")
    @Tag("crash")
    void shouldEqualAnUninterruptedRunWheneverAProcessComesTo(ProgramKind kind, CrashPoint point, int occurrence)
            throws Exception {
        mustEqual(kind, dying(kind, point, occurrence).finishHere(), point);
    }

    @ParameterizedTest
    @MethodSource("first")
    @Tag("full")
    @Tag("crash")
    void shouldEqualAnUninterruptedRunWhenAnotherProcessGoesOn(ProgramKind kind, CrashPoint point, int occurrence)
            throws Exception {
        mustEqual(kind, dying(kind, point, occurrence).finish(), point);
    }

    private static CrashRun dying(ProgramKind kind, CrashPoint point, int occurrence) throws Exception {
        CrashRun run = scene(kind).run();
        boolean died = run.live(new Death.At(point, occurrence)).killed();
        (died ? DEATHS : LONG_LIVES).incrementAndGet();
        assertThat(died || occurrence > 1 && point.name().matches(BACKGROUND))
                .as("the process dies")
                .isTrue();
        return run;
    }

    private static void mustEqual(ProgramKind kind, Outcome outcome, CrashPoint diedAt) {
        outcome.mustEqual(scene(kind).uninterrupted());
        if (!diedAt.name().matches(BACKGROUND)) {
            outcome.mustRepeatNothing(); // no point lies between what an output does and its mark
        }
    }

    private static Scene scene(ProgramKind kind) {
        return SCENES.get(kind);
    }
}
