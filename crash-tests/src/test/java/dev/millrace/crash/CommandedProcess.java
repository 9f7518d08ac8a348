/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A child that runs {@link TakeoverProgram} when it is told to, and can be stopped, woken and killed at any moment. */
final class CommandedProcess {
    private static final long HANGS_AFTER_NANOS = TimeUnit.SECONDS.toNanos(180);
    private static final String GONE = TakeoverProgram.END + "the process is gone";

    private final Process process;
    private final Writer commands;
    private int points; // that it has told of since it was last told to go
    private @Nullable String end;

    CommandedProcess(Path errors) throws IOException {
        process = new ProcessBuilder(ChildCommand.of(TakeoverProgram.class, List.of(), List.of()))
                .redirectError(ProcessBuilder.Redirect.to(errors.toFile()))
                .start();
        commands = process.outputWriter();
        Thread listening = new Thread(this::listen, "listening to " + process.pid());
        listening.setDaemon(true);
        listening.start();
    }

    private void listen() {
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                heard(line);
            }
        } catch (IOException e) {
            // it was killed
        }
        heard(GONE);
    }

    private synchronized void heard(String line) {
        points += line.equals(Child.STARTED) ? 0 : 1; // it has begun nothing then
        if (line.startsWith(TakeoverProgram.END)) {
            end = line;
        }
        notifyAll();
    }

    /** Tells it something; an end that it told of before is forgotten. */
    void tell(String command) throws IOException {
        synchronized (this) {
            points = 0;
            end = null;
        }
        commands.write(command + "\n");
        commands.flush();
    }

    /** Waits until it has told of so many points, or its run has ended. */
    synchronized void awaitPoints(int wanted) throws InterruptedException {
        long begin = System.nanoTime();
        while (points < wanted && end == null) {
            await(begin);
        }
    }

    /** Waits for the end of its run, and returns the way in which it ended. */
    synchronized String awaitEnd() throws InterruptedException {
        long begin = System.nanoTime();
        while (end == null) {
            await(begin);
        }
        return end;
    }

    private void await(long begin) throws InterruptedException {
        long left = HANGS_AFTER_NANOS - (System.nanoTime() - begin);
        if (left <= 0) {
            throw new AssertionError("process " + process.pid() + " hangs after " + points + " points");
        }
        TimeUnit.NANOSECONDS.timedWait(this, left);
    }

    /** Returns the way in which its run ended, or null if it goes on. */
    synchronized @Nullable String end() {
        return end;
    }

    void stop() throws IOException, InterruptedException {
        signal("-STOP");
    }

    void wake() throws IOException, InterruptedException {
        signal("-CONT");
    }

    private void signal(String signal) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", signal, Long.toString(process.pid())).start();
        assertThat(kill.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }

    /** SIGKILL; returns when it is gone. */
    void kill() throws InterruptedException {
        process.toHandle().destroyForcibly();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }

    boolean isAlive() {
        return process.isAlive();
    }
}
