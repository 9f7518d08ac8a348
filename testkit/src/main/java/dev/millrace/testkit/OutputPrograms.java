/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit;

import dev.millrace.Tuple2;
import dev.millrace.error.CheckpointException;
import dev.millrace.internal.crash.CrashPoint;
import dev.millrace.rdd.RDD;
import dev.millrace.rdd.TaskContext;
import dev.millrace.spi.Output;
import dev.millrace.spi.OutputBatch;
import dev.millrace.spi.PartedOutput;
import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.StreamingContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Programs that send numbered records into two outputs, and die on the way. */
final class OutputPrograms<T> {
    static final String FIRST = "first";
    static final String EMBEDDED = "local[2]";
    private static final String SECOND = "second";
    private static final String INPUT = "numbered";
    private static final int[][] BATCHES = {{0, 6}, {6, 6}, {6, 7}, {7, 14}}; // from and until; the second is empty

    private final OutputUnderTest<T> subject;
    private final String master;
    private @Nullable OutputBatch seen;

    OutputPrograms(OutputUnderTest<T> subject, String master) {
        this.subject = subject;
        this.master = master;
    }

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

    void runUninterrupted() throws Exception {
        run(false, null);
    }

    void runWithFailingTasks() throws Exception {
        run(true, null);
    }

    void runWithCrash(CrashSite site) throws Exception {
        run(false, site);
    }

    /** Tasks may run elsewhere, so the records come with their numbers and are not made in tasks. */
    private void build(StreamingContext context, boolean failing) {
        context.registerTypes(subject.types().toArray(Class<?>[]::new));
        var numbered = context.queueStream(new ArrayDeque<RDD<Tuple2<Integer, T>>>())
                .named(INPUT)
                .map(record -> failing && record._1() % 3 == 2 ? laterAttempt(record) : record);
        numbered.map(Tuple2::_2).to(opened(FIRST)).named(FIRST);
        numbered.foreachBatch((rdd, batch) -> seen = batch).named("seen");
        numbered.filter(record -> record._1() % 2 == 0)
                .map(Tuple2::_2)
                .to(opened(SECOND))
                .named(SECOND);
    }

    private static <R> R laterAttempt(R record) {
        TaskContext task = TaskContext.get();
        if (task != null && task.attemptNumber() == 0) {
            throw new IllegalStateException("the first attempt fails at " + record + ", as the certification wants it");
        }
        return record;
    }

    private Output<T> opened(String name) {
        try {
            return subject.open(name);
        } catch (Exception e) {
            throw new IllegalStateException("the output " + name + " could not be made: " + e, e);
        }
    }

    private void run(boolean failing, @Nullable CrashSite site) throws Exception {
        Path checkpoint = Files.createTempDirectory("millrace-certification-");
        try {
            run(setup(checkpoint), failing, site, BATCHES.length);
        } finally {
            delete(checkpoint);
        }
        mustHaveAll("at the end");
    }

    private void mustHaveAll(String when) throws Exception {
        for (String output : List.of(FIRST, SECOND)) {
            SeenRecords.mustBe(subject, output, sent(output, BATCHES.length), when);
        }
    }

    private StreamTestSetup setup(Path checkpoint) {
        return StreamTestDriver.setup()
                .master(master)
                .set("spark.executor.killOnFatalError.depth", "0") // a simulated crash ends no process
                .checkpoint(checkpoint)
                .set("millrace.streaming.concurrentJobs", "2")
                .set("millrace.streaming.checkpoint.snapshotBytes", "1k")
                .observeOnly();
    }

    private void run(StreamTestSetup setup, boolean failing, @Nullable CrashSite site, int batches) throws Exception {
        try (StreamTestDriver driver = setup.run(context -> build(context, failing))) {
            TestInput<Tuple2<Integer, T>> input =
                    driver.<Tuple2<Integer, T>>input(INPUT).partitions(3);
            for (int batch = 0; batch < BATCHES.length; batch++) {
                input.batchOf(numbers(batch).stream()
                        .map(number -> Tuple2.of(number, subject.testRecord(number)))
                        .toList());
            }
            if (site != null) {
                driver.crashAt(site);
            }
            while (done(driver) < batches) {
                advance(driver, site);
            }
        }
    }

    /**
     * The checkpoint directory is copied, the program goes on, and the copy comes in the place of the directory, as it does when
     * a backup is restored.
     */
    void restoreOlderCheckpoint() throws Exception {
        Path root = Files.createTempDirectory("millrace-certification-");
        Path checkpoint = root.resolve("checkpoint");
        Path copy = root.resolve("copy");
        try {
            run(setup(checkpoint), false, null, 2);
            copy(checkpoint, copy);
            run(setup(checkpoint), false, null, BATCHES.length);
            delete(checkpoint);
            copy(copy, checkpoint);
            mustBeRefused(checkpoint);
            mustHaveAll("when a start with an older copy of the checkpoint was refused");
            if (subject.canRetract()) {
                StreamTestSetup setup = setup(checkpoint).set("millrace.streaming.checkpoint.retractPublished", "4000");
                run(setup, false, null, BATCHES.length);
                mustHaveAll("when an older copy of the checkpoint has taken back what came after it, and gone on");
            }
        } finally {
            delete(root);
        }
    }

    private void mustBeRefused(Path checkpoint) throws Exception {
        try (StreamTestDriver driver = setup(checkpoint).run(context -> build(context, false))) {
            driver.advanceBatches(0);
        } catch (CheckpointException refused) {
            if (String.valueOf(refused.getMessage()).contains("has published batch 4000 ms")) {
                return;
            }
            throw new AssertionError(
                    "a start with an older copy of the checkpoint should be refused because of batch 4000 ms, and it is"
                            + " because " + refused.getMessage(),
                    refused);
        }
        throw new AssertionError(
                "a start with an older copy of the checkpoint should be refused: the output has published"
                        + " batch 4000 ms, and that copy's last is 2000 ms");
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }

    private void advance(StreamTestDriver driver, @Nullable CrashSite site) throws Exception {
        try {
            driver.advanceBatch();
            for (String output : List.of(FIRST, SECOND)) {
                SeenRecords.mustBe(subject, output, sent(output, done(driver)), "after " + done(driver) + " batches");
            }
        } catch (SimulatedCrash crash) {
            for (String output : List.of(FIRST, SECOND)) {
                mustBeWhole(output, done(driver), String.valueOf(site));
            }
            driver.restart();
        }
    }

    /** A batch is seen as a whole or not at all, and not before it is decided; of one in parts some may be seen. */
    private void mustBeWhole(String output, int batches, String site) throws Exception {
        boolean decided = CrashPoint.valueOf(CrashSite.parse(site).point()).compareTo(CrashPoint.DECIDED) > 0;
        boolean next = decided && batches < BATCHES.length && isNextSeen(output, batches);
        if (!next) {
            SeenRecords.mustBe(
                    subject,
                    output,
                    sent(output, batches),
                    "when the program has died at " + site + " with " + batches + " complete batches");
        }
    }

    private boolean isNextSeen(String output, int batches) throws Exception {
        List<T> seen = subject.read(output);
        List<T> all = SeenRecords.of(subject, sent(output, batches + 1));
        return opened(output) instanceof PartedOutput<T> parted && parted.parts() > 1
                ? SeenRecords.within(seen, all)
                        && SeenRecords.within(SeenRecords.of(subject, sent(output, batches)), seen)
                : SeenRecords.equal(seen, all);
    }

    private static int done(StreamTestDriver driver) {
        return driver.context()
                .lastBatchTime()
                .map(time -> (int) (time.milliseconds() / 1000))
                .orElse(0);
    }

    /** After a roll back the batches taken back run again, perhaps with other records. */
    void rollBack() throws Exception {
        if (!subject.canRetract()) {
            return;
        }
        run(false, null);
        for (String output : List.of(FIRST, SECOND)) {
            for (int time : new int[] {4000, 3000, 3000, 2000}) { // the second is empty; once again after a crash
                takeBack(takenBackByTheNext(time, output));
            }
            SeenRecords.mustBe(
                    subject, output, sent(output, 1), "when the batches 2000, 3000 and 4000 were taken back");
            takeBack(takenBackByTheNext(1000, output));
        }
        run(false, null);
    }

    private void takeBack(OutputBatch batch) throws Exception {
        try (OpenOutputs<T> outputs = new OpenOutputs<>(subject)) {
            outputs.by(batch).retract(batch);
        }
    }

    /** A batch that the last program that ran has published, as the next program takes it back. */
    private OutputBatch takenBackByTheNext(long time, String output) {
        OutputBatch last = Objects.requireNonNull(seen);
        return new OutputBatch(new BatchTime(time), output, last.checkpointId(), last.epoch() + 1, last.runId());
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
