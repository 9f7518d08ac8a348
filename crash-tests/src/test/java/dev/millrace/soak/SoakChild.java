/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.soak;

import dev.millrace.streaming.StopResult;
import dev.millrace.streaming.StreamingContext;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** The process of the program: it tells samples, stops when it is told to, and ends with 1 when a batch fails. */
final class SoakChild {
    static final String STOP = "stop";

    private SoakChild() {}

    /** Arguments: the root of the place, the ports, and how many milliseconds are between two samples. */
    public static void main(String[] arguments) {
        SoakPlace place = new SoakPlace(Path.of(arguments[0]));
        Telemetry telemetry = new Telemetry();
        StreamingContext streaming = SoakProgram.build(place, SoakProgram.Ports.parse(arguments, 1), telemetry);
        streaming.start();
        Thread failing = new Thread(() -> endWhenItFails(streaming), "failing");
        failing.setDaemon(true);
        failing.start();
        long period = Long.parseLong(arguments[6]);
        Executors.newSingleThreadScheduledExecutor(SoakChild::daemon)
                .scheduleAtFixedRate(
                        () -> System.out.println(telemetry.sample().line()), period, period, TimeUnit.MILLISECONDS);
        awaitStop();
        System.exit(streaming.stop(Duration.ofSeconds(60)) == StopResult.FINISHED ? 0 : 2);
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "telemetry");
        thread.setDaemon(true);
        return thread;
    }

    private static void endWhenItFails(StreamingContext streaming) {
        try {
            streaming.awaitTermination();
        } catch (RuntimeException | InterruptedException e) {
            e.printStackTrace();
            Runtime.getRuntime().halt(1);
        }
    }

    private static void awaitStop() {
        try (BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            if (commands.readLine() == null) {
                Runtime.getRuntime().halt(3); // the test is gone
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
