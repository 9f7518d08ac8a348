/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.internal.crash.CrashPoint;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that is stopped by SIGSTOP, or falls asleep at a point, while a second takes its checkpoint, and that then goes on:
 * it dies at its next decision, and readers see what one process alone would have shown them.
 */
@Tag("crash")
@Timeout(300)
class TakeoverTest {
    private static final int BATCHES = 8;
    private static final int FAILED = 1;
    private static final String TAKEOVER = "millrace.streaming.checkpoint.takeover";

    @TempDir
    private static Path root;

    private static Scene scene;

    @BeforeAll
    static void runUninterrupted() throws IOException, InterruptedException {
        scene = Scene.slice(BATCHES, root);
    }

    @AfterAll
    static void closeScene() throws IOException {
        scene.close();
    }

    @Test
    void shouldDieAtTheNextDecisionWhenAnotherHasTakenOver() throws Exception {
        mustFail(indexOf(CrashPoint.STEPS_RUN, 3));
    }

    @Test
    void shouldPublishNothingWhenItWasStoppedRightBeforeItsDecision() throws Exception {
        mustFail(indexOf(CrashPoint.BEFORE_DECISION, 4));
    }

    @Test
    void shouldBeExactWhenItIsStoppedAtRandom() throws Exception {
        stopAtRandom(4);
    }

    @Test
    @Tag("full")
    void shouldBeExactWhenManyAreStoppedAtRandom() throws Exception {
        stopAtRandom(30);
    }

    /** The second stages the same batch, decides it, and dies before it publishes; then the first deletes what is staged. */
    @Test
    void shouldLeaveWhatItsSuccessorHasStagedWhenItWakesRightAfterItsCheck() throws Exception {
        wake(CrashPoint.OUTPUT_CHECKED + "#3", new Death.At(CrashPoint.DECIDED, 1)); // the first output of batch 2
    }

    @Test
    void shouldLeaveWhatItsSuccessorHasStagedWhenBothFallAtRandom() throws Exception {
        wakeAtRandom(4);
    }

    @Test
    @Tag("full")
    void shouldLeaveWhatItsSuccessorHasStagedWhenManyFallAtRandom() throws Exception {
        wakeAtRandom(20);
    }

    private void wakeAtRandom(int times) throws Exception {
        Random random = random();
        CrashPoint[] deaths = {
            CrashPoint.DECIDED, CrashPoint.PART_PUBLISHED, CrashPoint.OUTPUT_PUBLISHED, CrashPoint.RECEIPT_WRITTEN
        };
        for (int i = 0; i < times; i++) {
            int asleep = 1 + random.nextInt(scene.occurrences(CrashPoint.OUTPUT_CHECKED) - 3);
            wake(CrashPoint.OUTPUT_CHECKED + "#" + asleep, new Death.At(deaths[random.nextInt(deaths.length)], 1));
        }
    }

    /** The first falls asleep at a point, the second dies at another, the first wakes, and a third goes on. */
    private void wake(String asleepAt, Death.At death) throws Exception {
        CrashRun run = scene.run().with(TAKEOVER, "true");
        Path work = run.work().root();
        Process first = start(work, "-D" + Child.ASLEEP_AT + "=" + asleepAt);
        try (BufferedReader lines = first.inputReader()) {
            int left = Integer.parseInt(asleepAt.substring(asleepAt.indexOf('#') + 1));
            while (left > 0) {
                String line = lines.readLine();
                assertThat(line).as("the first process falls asleep").isNotNull();
                left -= asleepAt.startsWith(line) ? 1 : 0;
            }
            run.dying(death);
            first.getOutputStream().write('\n');
            first.getOutputStream().flush();
            while (lines.readLine() != null) {
                // hears it out, so that it never waits for its reader
            }
            assertThat(first.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(first.exitValue()).isEqualTo(FAILED);
            assertThat(Files.readString(work.resolve("first-errors"))).contains("was taken over by process ");
        } finally {
            first.destroyForcibly();
        }
        Outcome outcome = run.finish();
        outcome.withoutStaged().mustEqual(scene.uninterrupted());
    }

    private static Random random() {
        long seed = Long.getLong("millrace.crash.seed", System.nanoTime());
        System.out.println("millrace.crash.seed=" + seed);
        return new Random(seed);
    }

    private void stopAtRandom(int times) throws Exception {
        Random random = random();
        for (int i = 0; i < times; i++) {
            takeOver(1 + random.nextInt(scene.steps() - 1), random.nextInt(2_000_000));
        }
    }

    /** After how many crash points a run comes to {@code point} for the nth time; points of tasks may change places. */
    private static int indexOf(CrashPoint point, int occurrence) {
        int found = 0;
        for (int i = 0; i < scene.path().size(); i++) {
            if (scene.path().get(i) == point && ++found == occurrence) {
                return i + 1;
            }
        }
        throw new IllegalArgumentException(point + " has no occurrence " + occurrence);
    }

    private void mustFail(int steps) throws Exception {
        Ended first = takeOver(steps, 0);
        assertThat(first.exit()).isEqualTo(FAILED);
        assertThat(first.errors())
                .contains("was taken over by process ")
                .contains(" on host ")
                .doesNotContain("runs this batch again");
    }

    private record Ended(int exit, String errors) {}

    /** Tells how the process ended that was stopped. */
    private Ended takeOver(int steps, long nanos) throws Exception {
        CrashRun run = scene.run().with(TAKEOVER, "true");
        Path work = run.work().root();
        Process first = start(work);
        try (BufferedReader lines = first.inputReader()) {
            List<String> points = new ArrayList<>();
            while (points.size() < steps) {
                String line = lines.readLine();
                if (line == null) {
                    break;
                }
                points.add(line);
            }
            spin(nanos);
            signal("-STOP", first);
            Outcome outcome = run.finish();
            signal("-CONT", first);
            while (lines.readLine() != null) {
                // hears it out, so that it never waits for its reader
            }
            assertThat(first.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(run.outcome().published())
                    .as("nothing changes when the first goes on")
                    .isEqualTo(outcome.published());
            outcome.mustEqual(scene.uninterrupted());
            return new Ended(first.exitValue(), Files.readString(work.resolve("first-errors")));
        } finally {
            first.destroyForcibly();
        }
    }

    private Process start(Path work, String... properties) throws IOException {
        List<String> arguments = List.of(root.resolve("input").toString(), work.toString(), Integer.toString(BATCHES));
        return new ProcessBuilder(ChildCommand.of(SliceProgram.class, List.of(properties), arguments))
                .redirectError(work.resolve("first-errors").toFile())
                .start();
    }

    private static void signal(String signal, Process process) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", signal, Long.toString(process.pid())).start();
        assertThat(kill.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }

    private static void spin(long nanos) {
        long start = System.nanoTime();
        while (System.nanoTime() - start < nanos) {
            Thread.onSpinWait();
        }
    }
}
