/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** One life of the program. */
final class SoakProcess {
    private static final int KILLED = 137;

    private final List<Sample> samples = new ArrayList<>();
    private final Duration patience;
    private final Process process;
    private final Thread listening;

    SoakProcess(SoakPlace place, Conditions conditions, SoakProgram.Ports ports, Duration between, Runnable sampled)
            throws IOException {
        patience = conditions.patience();
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + conditions.megabytes() + "m",
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "-Duser.language=en",
                "-Djava.util.logging.SimpleFormatter.format=%1$tT %4$s %3$s: %5$s%6$s%n",
                "-Djava.io.tmpdir=" + place.temporary(),
                "-cp",
                System.getProperty("java.class.path"),
                SoakChild.class.getName(),
                place.root().toString()));
        command.addAll(ports.arguments());
        command.add(Long.toString(between.toMillis()));
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(place.log().toFile()))
                .start();
        listening = new Thread(() -> listen(sampled), "listening to " + process.pid());
        listening.setDaemon(true);
        listening.start();
    }

    private void listen(Runnable sampled) {
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (Sample.isOne(line)) {
                    heard(Sample.parse(line));
                    sampled.run();
                }
            }
        } catch (IOException e) {
            // it was killed
        }
    }

    private synchronized void heard(Sample sample) {
        samples.add(sample);
        notifyAll();
    }

    synchronized List<Sample> samples() {
        return List.copyOf(samples);
    }

    /** Waits for a sample that is so, or for the end. */
    synchronized void await(Predicate<Sample> wanted) throws InterruptedException {
        long begin = System.nanoTime();
        while (process.isAlive() && (samples.isEmpty() || !wanted.test(samples.get(samples.size() - 1)))) {
            assertThat(System.nanoTime() - begin).as("it hangs; %s", samples).isLessThan(patience.toNanos());
            TimeUnit.SECONDS.timedWait(this, 1);
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Tells it to stop, and returns its exit code. */
    int stop() throws IOException, InterruptedException {
        if (process.isAlive()) {
            process.outputWriter().append(SoakChild.STOP).append('\n').flush();
        }
        return end();
    }

    /** SIGKILL; returns whether that was what ended it. */
    boolean kill() throws InterruptedException {
        process.toHandle().destroyForcibly();
        return end() == KILLED;
    }

    private int end() throws InterruptedException {
        boolean ended = process.waitFor(patience.toSeconds(), TimeUnit.SECONDS);
        process.toHandle().destroyForcibly();
        assertThat(ended).as("it hangs when it is told to stop").isTrue();
        listening.join();
        return process.exitValue();
    }
}
