/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A program that is started again after each death until it is done. After each it is looked at what readers can see,
 * because what was seen once must stay as it is.
 */
final class CrashRun {
    private final Class<?> main;
    private final List<String> arguments;
    private final Workplace work;
    private final List<String> properties = new ArrayList<>();
    private final Map<String, List<String>> seen = new HashMap<>();
    private final List<String> changed = new ArrayList<>();
    private final List<ChildProcess.Life> lives = new ArrayList<>();

    CrashRun(Class<? extends CrashedProgram> program, String input, int batches, Path root) throws IOException {
        this(program, List.of(input, root.toString(), Integer.toString(batches)), root);
    }

    /** A run of any program that begins as {@link Child#begin} says and uses the files of a workplace. */
    CrashRun(Class<?> main, List<String> arguments, Path root) throws IOException {
        this.main = main;
        this.arguments = arguments;
        work = new Workplace(Files.createDirectories(root));
    }

    /** Has every process of this run use a broken protocol. */
    CrashRun with(BrokenProtocol mutation) {
        properties.add("-D" + Child.MUTATION + "=" + mutation);
        return this;
    }

    /** Has every process of this run lose at its death what it has not synced. */
    CrashRun withPowerFailures() {
        return with(Child.POWER_FAILS, "true");
    }

    /** Sets a system property of every process of this run. */
    CrashRun with(String property, String value) {
        properties.add("-D" + property + "=" + value);
        return this;
    }

    /** Has every process of this run tick in real time. */
    CrashRun inRealTime(int intervalMillis) {
        properties.add("-D" + Child.REAL_TIME + "=" + intervalMillis);
        return this;
    }

    Workplace work() {
        return work;
    }

    List<ChildProcess.Life> lives() {
        return lives;
    }

    /** How many batches readers have seen. */
    int batches() {
        return (int) seen.keySet().stream().map(Workplace::batch).distinct().count();
    }

    boolean isDone() {
        return !lives.isEmpty() && lives.get(lives.size() - 1).exit() == 0;
    }

    /** One life; it ends as {@code death} says, or with the work if that is done before. */
    ChildProcess.Life live(Death death) throws IOException, InterruptedException {
        ChildProcess.Life life = attempt(death);
        assertThat(life.exit())
                .as("a process ended by itself, after %s:%n%s", life.reached(), errors())
                .isIn(0, Child.KILLED);
        return life;
    }

    /** One life that may also end with an error. */
    ChildProcess.Life attempt(Death death) throws IOException, InterruptedException {
        ChildProcess.Life life = ChildProcess.run(main, arguments, properties, death, work.errors());
        lives.add(life);
        look();
        return life;
    }

    /** Lives until a death that must come. */
    CrashRun dying(Death death) throws IOException, InterruptedException {
        assertThat(live(death).killed()).as("the process dies: %s", death).isTrue();
        return this;
    }

    /** Lives on to the end. */
    Outcome finish() throws IOException, InterruptedException {
        if (!isDone()) {
            assertThat(live(new Death.None()).exit()).isZero();
        }
        return outcome();
    }

    /** Lives on to the end in this process, which is many times faster than another. */
    Outcome finishHere() throws Exception {
        if (!isDone()) {
            programRun(work.checkpoint().toString()).inVirtualTime();
            look();
        }
        return outcome();
    }

    /** Lives in this process until a death that is simulated and takes with it what was not synced. One at a time. */
    CrashRun dyingHere(Death.At death) throws Exception {
        String checkpoint = PowerFailures.directory(work.checkpoint());
        SimulatedDeath simulated = new SimulatedDeath(death, () -> PowerFailures.fail(checkpoint));
        simulated.end(programRun(checkpoint)::inVirtualTime);
        Nonce.renew();
        look();
        return this;
    }

    private ProgramRun programRun(String checkpoint) throws ReflectiveOperationException {
        CrashedProgram program = (CrashedProgram) main.getDeclaredConstructor().newInstance();
        return new ProgramRun(program, arguments.get(0), work, checkpoint, Integer.parseInt(arguments.get(2)));
    }

    Outcome outcome() throws IOException {
        return new Outcome(
                work.published(),
                List.copyOf(changed),
                work.staged(),
                Receipts.of(work.checkpoint()),
                work.lines(work.finalState()),
                work.lines(work.effects()));
    }

    String errors() {
        return String.join(System.lineSeparator(), work.lines(work.errors()));
    }

    private void look() {
        Map<String, List<String>> now = work.published();
        seen.forEach((file, lines) -> {
            if (!lines.equals(now.get(file))) {
                changed.add(file + " was " + lines + " and is " + now.get(file));
            }
        });
        seen.putAll(now);
    }
}
