/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.crash;

import dev.millrace.internal.crash.CrashPoint;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Assertions;

/** Runs one process from its start to its end. */
final class ChildProcess {
    private static final long HUNG_AFTER_SECONDS = 120;

    private ChildProcess() {}

    /**
     * One life of a process.
     *
     * @param reached the crash points that it told of, in order
     * @param exit its exit code
     */
    record Life(List<CrashPoint> reached, int exit) {
        boolean killed() {
            return exit == Child.KILLED;
        }
    }

    static Life run(Class<?> main, List<String> arguments, List<String> properties, Death death, Path errors)
            throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(properties);
        if (death instanceof Death.At at) {
            all.add("-D" + Child.CRASH_AT + "=" + at.point() + "#" + at.occurrence());
        }
        Process process = new ProcessBuilder(ChildCommand.of(main, all, arguments))
                .redirectError(ProcessBuilder.Redirect.to(errors.toFile()))
                .start();
        CompletableFuture<Process> hung = process.onExit().orTimeout(HUNG_AFTER_SECONDS, TimeUnit.SECONDS);
        hung.whenComplete((ended, timeout) -> kill(process)); // does nothing to a process that has ended
        List<CrashPoint> reached = listen(process, death);
        int exit = process.waitFor();
        Assertions.assertThat(hung.isCompletedExceptionally())
                .as("the process hangs; it reached %s", reached)
                .isFalse();
        return new Life(reached, exit);
    }

    /** Hears the process out, and kills it when its time has come. */
    private static List<CrashPoint> listen(Process process, Death death) throws IOException {
        List<CrashPoint> reached = new ArrayList<>();
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (isPoint(line)) {
                    reached.add(CrashPoint.valueOf(line));
                }
                if (death instanceof Death.Kill kill && reached.size() == kill.steps()) {
                    spin(kill.nanos());
                    kill(process);
                }
            }
        }
        return reached;
    }

    /** SIGKILL, by the handle, because {@link Process#destroyForcibly} also closes the pipe that is still to be read. */
    private static void kill(Process process) {
        process.toHandle().destroyForcibly();
    }

    /** The last line may be cut off. */
    private static boolean isPoint(String line) {
        for (CrashPoint point : CrashPoint.values()) {
            if (point.name().equals(line)) {
                return true;
            }
        }
        return false;
    }

    /** Far shorter than any sleep could be, so that a kill falls between two points too. */
    private static void spin(long nanos) {
        long start = System.nanoTime();
        while (System.nanoTime() - start < nanos) {
            Thread.onSpinWait();
        }
    }
}
