/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit;

import dev.millrace.internal.crash.CrashPoint;
import dev.millrace.rdd.RDD;
import dev.millrace.rdd.TaskContext;
import dev.millrace.spi.Output;
import dev.millrace.spi.OutputBatch;
import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.StreamingContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Programs that send numbered records into two outputs, and die on the way. */
final class OutputPrograms {
    static final String FIRST = "first";
    private static final String SECOND = "second";
    private static final int[][] BATCHES = {{0, 6}, {6, 6}, {6, 7}, {7, 14}}; // from and until; the second is empty

    private OutputPrograms() {}

    private static List<Integer> numbers(int batch) {
        return IntStream.range(BATCHES[batch][0], BATCHES[batch][1]).boxed().toList();
    }

    /** The numbers of the first batches that go to an output. */
    private static List<Integer> sent(String output, int batches) {
        return IntStream.range(0, BATCHES[batches == 0 ? 0 : batches - 1][batches == 0 ? 0 : 1])
                .filter(number -> output.equals(FIRST) || number % 2 == 0)
                .boxed()
                .toList();
    }

    /** All crash points that a program without receivers comes to, twice. */
    static List<CrashSite> sites() {
        return CrashSite.all(2).stream()
                .filter(site -> !site.point().startsWith("WAL_"))
                .toList();
    }

    static <T> void runUninterrupted(OutputUnderTest<T> subject) throws Exception {
        run(subject, false, null);
    }

    static <T> void runWithFailingTasks(OutputUnderTest<T> subject) throws Exception {
        run(subject, true, null);
    }

    static <T> void runWithCrash(OutputUnderTest<T> subject, CrashSite site) throws Exception {
        run(subject, false, site);
    }

    private static <T> void build(StreamingContext context, OutputUnderTest<T> subject, boolean failing) {
        var numbers = context.queueStream(new ArrayDeque<RDD<Integer>>())
                .named("numbers")
                .map(number -> failing && number % 3 == 2 ? laterAttempt(number) : number);
        numbers.map(subject::testRecord).to(opened(subject, FIRST)).named(FIRST);
        numbers.filter(number -> number % 2 == 0)
                .map(subject::testRecord)
                .to(opened(subject, SECOND))
                .named(SECOND);
    }

    private static Integer laterAttempt(Integer number) {
        TaskContext task = TaskContext.get();
        if (task != null && task.attemptNumber() == 0) {
            throw new IllegalStateException("the first attempt fails at " + number + ", as the certification wants it");
        }
        return number;
    }

    private static <T> Output<T> opened(OutputUnderTest<T> subject, String name) {
        try {
            return subject.open(name);
        } catch (Exception e) {
            throw new IllegalStateException("the output " + name + " could not be made: " + e, e);
        }
    }

    private static <T> void run(OutputUnderTest<T> subject, boolean failing, @Nullable CrashSite site)
            throws Exception {
        Path checkpoint = Files.createTempDirectory("millrace-certification-");
        try (StreamTestDriver driver = StreamTestDriver.setup()
                .checkpoint(checkpoint)
                .set("millrace.streaming.concurrentJobs", "2")
                .set("millrace.streaming.checkpoint.snapshotBytes", "1k")
                .registerTypes(subject.types().toArray(Class<?>[]::new))
                .observeOnly()
                .run(context -> build(context, subject, failing))) {
            TestInput<Integer> input = driver.<Integer>input("numbers").partitions(3);
            for (int batch = 0; batch < BATCHES.length; batch++) {
                input.batchOf(numbers(batch));
            }
            if (site != null) {
                driver.crashAt(site);
            }
            while (done(driver) < BATCHES.length) {
                advance(subject, driver, site);
            }
        } finally {
            delete(checkpoint);
        }
        for (String output : List.of(FIRST, SECOND)) {
            SeenRecords.mustBe(subject, output, sent(output, BATCHES.length), "at the end");
        }
    }

    private static <T> void advance(OutputUnderTest<T> subject, StreamTestDriver driver, @Nullable CrashSite site)
            throws Exception {
        try {
            driver.advanceBatch();
            for (String output : List.of(FIRST, SECOND)) {
                SeenRecords.mustBe(subject, output, sent(output, done(driver)), "after " + done(driver) + " batches");
            }
        } catch (SimulatedCrash crash) {
            for (String output : List.of(FIRST, SECOND)) {
                mustBeWhole(subject, output, done(driver), String.valueOf(site));
            }
            driver.restart();
        }
    }

    /** A batch is seen as a whole or not at all, and not before it is decided. */
    private static <T> void mustBeWhole(OutputUnderTest<T> subject, String output, int batches, String site)
            throws Exception {
        boolean decided = CrashPoint.valueOf(CrashSite.parse(site).point()).compareTo(CrashPoint.PREPARED) > 0;
        boolean next = decided
                && batches < BATCHES.length
                && SeenRecords.equal(subject.read(output), SeenRecords.of(subject, sent(output, batches + 1)));
        if (!next) {
            SeenRecords.mustBe(
                    subject,
                    output,
                    sent(output, batches),
                    "when the program has died at " + site + " with " + batches + " complete batches");
        }
    }

    private static int done(StreamTestDriver driver) {
        return driver.context()
                .lastBatchTime()
                .map(time -> (int) (time.milliseconds() / 1000))
                .orElse(0);
    }

    /** After a roll back the batches taken back run again, perhaps with other records. */
    static <T> void rollBack(OutputUnderTest<T> subject) throws Exception {
        if (!subject.canRetract()) {
            return;
        }
        run(subject, false, null);
        for (String output : List.of(FIRST, SECOND)) {
            for (int time : new int[] {4000, 3000, 3000, 2000}) { // the second is empty; once again after a crash
                subject.open(output).retract(new OutputBatch(new BatchTime(time), output));
            }
            SeenRecords.mustBe(
                    subject, output, sent(output, 1), "when the batches 2000, 3000 and 4000 were taken back");
            subject.open(output).retract(new OutputBatch(new BatchTime(1000), output));
        }
        run(subject, false, null);
    }

    private static void delete(Path directory) throws IOException {
        List<Path> all;
        try (Stream<Path> files = Files.walk(directory)) {
            all = new ArrayList<>(files.sorted(Comparator.reverseOrder()).toList());
        }
        for (Path file : all) {
            Files.delete(file);
        }
    }
}
