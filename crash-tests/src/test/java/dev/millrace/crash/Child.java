/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.crash;

import dev.millrace.MillraceConf;
import dev.millrace.internal.batch.ProtocolMutation;
import dev.millrace.internal.crash.CrashPoint;
import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StreamingContext;
import dev.millrace.streaming.event.BatchInfo;
import dev.millrace.streaming.event.StreamingListener;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/**
 * What every child process does: runs its program up to a number of batches, tells standard output of each crash point
 * that it reaches, dies at one of them if it is told to, and in the end writes down what its checkpoint holds. Exit code
 * 0 when done, {@value #KILLED} when it died as told.
 */
final class Child {
    static final int KILLED = 137;
    static final String CRASH_AT = "millrace.crash.at";
    static final String MUTATION = "millrace.crash.mutation";

    /** If it is set, batches come in real time, this many milliseconds apart. */
    static final String REAL_TIME = "millrace.crash.realTime";

    static final String STARTED = "started";

    private final CrashedProgram program;
    private final Path input;
    private final Workplace work;
    private final int batches;

    private Child(CrashedProgram program, String... arguments) {
        this.program = program;
        input = Path.of(arguments[0]);
        work = new Workplace(Path.of(arguments[1]));
        batches = Integer.parseInt(arguments[2]);
    }

    static void run(CrashedProgram program, String... arguments) {
        begin();
        try {
            Child child = new Child(program, arguments);
            Integer interval = Integer.getInteger(REAL_TIME);
            if (interval == null) {
                child.runInVirtualTime();
            } else {
                child.runInRealTime(Duration.ofMillis(interval));
            }
            Files.write(child.work.finalState(), CheckpointContents.of(child.work.checkpoint()));
            System.exit(0);
        } catch (Throwable e) {
            e.printStackTrace();
            System.exit(1);
        }
    }

    /** What every child does first. */
    static void begin() {
        System.out.println(STARTED);
        CrashPoint.observe(observer(System.getProperty(CRASH_AT, "")));
        String mutation = System.getProperty(MUTATION);
        if (mutation != null) {
            ProtocolMutation.install(BrokenProtocol.valueOf(mutation)::over);
        }
    }

    private StreamingContext build(MillraceConf conf, Duration interval) {
        StreamingContext streaming = new StreamingContext(conf, interval);
        streaming.checkpoint(work.checkpoint().toString());
        program.build(streaming, interval, input, work.output());
        return streaming;
    }

    private void runInVirtualTime() {
        Duration interval = Durations.seconds(1);
        BatchTime last = new BatchTime(batches * interval.toMillis());
        try (StreamingContext streaming = build(program.conf(), interval)) {
            streaming.runBatches(0); // recovery alone
            while (streaming.lastBatchTime().filter(time -> !last.isAfter(time)).isEmpty()) {
                streaming.runBatches(1);
            }
        }
    }

    /** Until so many batches with data are visible; the outputs of a batch run side by side. */
    private void runInRealTime(Duration interval) throws InterruptedException {
        MillraceConf conf = program.conf().set("millrace.streaming.concurrentJobs", "3");
        CountDownLatch done = new CountDownLatch(1);
        try (StreamingContext streaming = build(conf, interval)) {
            streaming.addStreamingListener(new StreamingListener() {
                @Override
                public void onBatchCompleted(BatchInfo batch) {
                    if (work.batches("counts") == batches) {
                        done.countDown();
                    }
                }
            });
            streaming.start();
            done.await();
            streaming.stop(Duration.ZERO); // what is planned beyond is rolled back
        }
    }

    /** {@code at} is a point and its occurrence, as in PREPARED#2, or empty. */
    private static Consumer<CrashPoint> observer(String at) {
        Map<CrashPoint, Integer> reached = new EnumMap<>(CrashPoint.class);
        return point -> {
            synchronized (reached) { // tasks come here from several threads
                System.out.println(point);
                int occurrence = reached.merge(point, 1, Integer::sum);
                if (at.equals(point + "#" + occurrence)) {
                    Runtime.getRuntime().halt(KILLED);
                }
            }
        };
    }
}
