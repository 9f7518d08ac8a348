/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.crash;

import dev.millrace.internal.crash.CrashPoint;
import dev.millrace.testkit.planted.InterposedLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The main method of every child process. It runs its program up to a number of batches, tells standard output of each crash point
 * that it reaches, and dies at one of them if it is told to. Exit code 0 when done, {@value #KILLED} when it died as told.
 */
final class Child {
    static final int KILLED = 137;
    static final String CRASH_AT = "millrace.crash.at";
    static final String MUTATION = "millrace.crash.mutation";

    /** A point and its occurrence, as for {@link #CRASH_AT}, at which the process waits for a byte from standard input. */
    static final String ASLEEP_AT = "millrace.crash.asleepAt";

    /** If it is set, batches come in real time, this many milliseconds apart. */
    static final String REAL_TIME = "millrace.crash.realTime";

    /** If it is set, what was not synced is lost when the process dies. */
    static final String POWER_FAILS = "millrace.crash.powerFails";

    static final String STARTED = "started";

    private Child() {}

    static void run(CrashedProgram program, String... arguments) {
        begin();
        try {
            Workplace work = new Workplace(Path.of(arguments[1]));
            ProgramRun run = new ProgramRun(
                    program,
                    arguments[0],
                    work,
                    Boolean.getBoolean(POWER_FAILS)
                            ? PowerFailures.directory(work.checkpoint())
                            : work.checkpoint().toString(),
                    Integer.parseInt(arguments[2]));
            Integer interval = Integer.getInteger(REAL_TIME);
            if (interval == null) {
                run.inVirtualTime();
            } else {
                run.inRealTime(Duration.ofMillis(interval));
            }
            System.exit(0);
        } catch (Throwable e) {
            e.printStackTrace();
            System.exit(1);
        }
    }

    /** What every child does first. */
    static void begin() {
        System.out.println(STARTED);
        Runtime.getRuntime().addShutdownHook(new Thread(PowerFailures::end));
        CrashPoint.observe(observer(System.getProperty(CRASH_AT, ""), System.getProperty(ASLEEP_AT, "")));
        String mutation = System.getProperty(MUTATION);
        if (mutation != null) {
            InterposedLog.install(BrokenProtocol.valueOf(mutation)::over);
        }
    }

    private static void sleep() {
        try {
            System.in.read();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Both are a point and its occurrence, as in DECIDED#2, or empty. */
    private static Consumer<CrashPoint> observer(String crashAt, String asleepAt) {
        Map<CrashPoint, Integer> reached = new EnumMap<>(CrashPoint.class);
        return point -> {
            synchronized (reached) { // tasks come here from several threads
                System.out.println(point);
                int occurrence = reached.merge(point, 1, Integer::sum);
                String at = point + "#" + occurrence;
                if (at.equals(crashAt)) {
                    Runtime.getRuntime().halt(KILLED);
                }
                if (at.equals(asleepAt)) {
                    sleep();
                }
            }
        };
    }
}
