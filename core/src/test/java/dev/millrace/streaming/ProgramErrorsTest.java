/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.Here;
import dev.millrace.MillraceConf;
import dev.millrace.MillraceContext;
import dev.millrace.Programs;
import dev.millrace.Tuple2;
import dev.millrace.error.BatchFailedException;
import dev.millrace.error.InvalidProgramException;
import dev.millrace.error.UserCodeException;
import dev.millrace.rdd.RDD;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The full text of what a program's author reads when something is wrong. */
class ProgramErrorsTest {
    @Test
    void shouldAskForAnOutputWhenThereIsNone() {
        try (StreamingContext ssc = Programs.local()) {
            Programs.batches(ssc, List.of(1));
            assertThatThrownBy(ssc::start)
                    .isInstanceOf(InvalidProgramException.class)
                    .hasMessage("This program cannot be started:\n"
                            + "  - no output operation is registered, so nothing would ever be computed; add one, such as"
                            + " stream.print() or stream.foreachRDD(...)");
            assertThat(ssc.getState()).isEqualTo(StreamingContextState.CREATED);
        }
    }

    @Test
    void shouldRefuseAUnionWithAStreamOfAnotherContext() {
        try (StreamingContext ssc = Programs.local();
                StreamingContext other = Programs.local()) {
            DStream<Integer> here = Programs.batches(ssc, List.of(1));
            DStream<Integer> there = Programs.batches(other, List.of(2)).named("there");
            PairDStream<Integer, Integer> pairs = there.mapToPair(n -> Tuple2.of(n, n));
            String refused =
                    "union at [\\w.:]+ is of the StreamingContext made at [\\w.:]+, and its stream %s is of the"
                            + " StreamingContext made at [\\w.:]+, whose batches run on their own; make all streams of a program"
                            + " in one context, or write the one with an output and read it here with an input";
            assertThatThrownBy(() -> here.union(there))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageMatching(refused.formatted("there \\(queueStream at [\\w.:]+\\)"));
            assertThatThrownBy(() -> ssc.union(here, there))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageMatching(refused.formatted("there \\(queueStream at [\\w.:]+\\)"));
            assertThatThrownBy(() -> ssc.union(pairs))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageMatching(refused.formatted("mapToPair at [\\w.:]+"));
        }
    }

    @Test
    void shouldNameTheLineWhenAnOperationComesAfterTheStart() {
        try (StreamingContext ssc = Programs.local()) {
            DStream<Integer> numbers = Programs.batches(ssc, List.of(1));
            numbers.foreachRDD(rdd -> {});
            ssc.runBatches(1);
            String[] line = new String[1];
            assertThatThrownBy(() -> numbers.map((line[0] = Here.line()) == null ? null : n -> n))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage(
                            "map at " + line[0] + " comes after the context was started; the streams of a program are"
                                    + " fixed at start: move it before start()");
        }
    }

    @Test
    void shouldRefuseASecondStart() {
        try (StreamingContext ssc = Programs.local()) {
            Programs.batches(ssc, List.of(1)).foreachRDD(rdd -> {});
            ssc.start();
            assertThatThrownBy(ssc::start)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("start() on a context that is already started; start it once");
            ssc.stop();
            assertThatThrownBy(ssc::start)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage(
                            "start() on a context that is stopped; make a new StreamingContext, a stopped one is not"
                                    + " reused");
        }
    }

    @Test
    void shouldRefuseNoDirectoryAsACheckpoint() {
        try (StreamingContext ssc = Programs.local()) {
            for (String none : new String[] {null, " "}) {
                assertThatThrownBy(() -> ssc.checkpoint(none))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageMatching(
                                "checkpoint at [\\w.:]+ names no directory; pass one, or leave the call out to"
                                        + " keep nothing");
            }
        }
    }

    @Test
    void shouldRefuseWorkOnAContextThatIsStopped() {
        MillraceContext stopped = new MillraceContext(new MillraceConf().setMaster("local[2]"));
        RDD<Integer> numbers = stopped.parallelize(List.of(1, 2, 3, 4));
        StreamingContext early = new StreamingContext(stopped, Durations.seconds(1));
        Programs.batches(early, List.of(1)).foreachRDD(rdd -> {});
        stopped.stop();
        String refused = "the MillraceContext is stopped, and computes nothing any more; make a new one";
        assertThatThrownBy(numbers::count)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the context is stopped; make a new one");
        assertThatThrownBy(() -> new StreamingContext(stopped, Durations.seconds(1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(refused);
        assertThatThrownBy(early::start)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(refused);
        assertThatThrownBy(() -> early.runBatches(1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(refused);
        stopped.stop(); // again, without effect
    }

    @Test
    void shouldListTheMastersWhenTheMasterIsNone() {
        assertThatThrownBy(() -> new StreamingContext(new MillraceConf().setMaster("locale[2]"), Durations.seconds(1)))
                .isInstanceOf(InvalidProgramException.class)
                .hasMessage("The master cannot be used:\n"
                        + "  - \"locale[2]\" is no master; use local, local[n], local[*], spark:local[n],"
                        + " spark://host:port, yarn or k8s://...");
        assertThatThrownBy(() -> new StreamingContext(new MillraceConf(), Durations.seconds(1)))
                .hasMessage("The master cannot be used:\n  - no master is set; add conf.setMaster(\"local[*]\")");
        assertThatThrownBy(() ->
                        new StreamingContext(new MillraceConf().setMaster("spark:local[2]"), Durations.seconds(1)))
                .hasMessage("The master cannot be used:\n"
                        + "  - master \"spark:local[2]\" runs on Spark, and the Spark module is not on the class path; add"
                        + " dev.millrace:millrace-engine-spark and org.apache.spark:spark-core_2.13");
    }

    @Test
    void shouldRefuseAQueueThatHoldsNull() {
        try (StreamingContext ssc = Programs.local()) {
            Queue<RDD<Integer>> queue = new LinkedList<>();
            queue.add(null);
            String[] line = new String[1];
            ssc.queueStream((line[0] = Here.line()) == null ? null : queue).foreachRDD(rdd -> {});
            assertThatThrownBy(() -> ssc.runBatches(1))
                    .hasMessageContaining("queueStream at " + line[0]
                            + ": the queue holds null; for an empty batch put in millraceContext().emptyRDD()");
        }
    }

    @Test
    void shouldSuggestTheNearestKeyWhenAKeyIsUnknown() {
        MillraceConf conf = new MillraceConf()
                .setMaster("local")
                .set("millrace.streaming.concurentJobs", "2")
                .set("millrace.task.maxAttempts", "none");
        assertThatThrownBy(() -> new StreamingContext(conf, Durations.seconds(1)))
                .isInstanceOf(InvalidProgramException.class)
                .hasMessage("The configuration cannot be used:\n"
                        + "  - unknown key millrace.streaming.concurentJobs; did you mean"
                        + " millrace.streaming.concurrentJobs?\n"
                        + "  - millrace.task.maxAttempts is \"none\"; it must be a whole number of at least 1");
    }

    @Test
    void shouldProposeMultiplesWhenAWindowIsMisaligned() {
        try (StreamingContext ssc = Programs.local()) {
            DStream<Integer> numbers = Programs.batches(ssc, List.of(1));
            String line = Here.line();
            numbers.window(Durations.milliseconds(2500), Durations.milliseconds(700))
                    .foreachRDD(rdd -> {});
            String next = line.replaceAll("\\d+$", "") + (Integer.parseInt(line.replaceAll("^.*:", "")) + 1);
            assertThatThrownBy(ssc::start)
                    .isInstanceOf(InvalidProgramException.class)
                    .hasMessage("This program cannot be started:\n"
                            + "  - window at " + next
                            + ": the window's length is 2500 ms, and its stream has a batch each"
                            + " 1000 ms; use a multiple, such as 2000 or 3000 ms\n"
                            + "  - window at " + next
                            + ": the window's slide is 700 ms, and its stream has a batch each"
                            + " 1000 ms; use a multiple, such as 1000 ms");
        }
    }

    @Test
    void shouldListAllMissingNamesWhenThereIsACheckpointDirectory(@TempDir Path directory) {
        try (StreamingContext ssc = Programs.local()) {
            ssc.checkpoint(directory.resolve("checkpoint").toString());
            String[] line = new String[5];
            DStream<String> lines = ssc.textFileStream((line[0] = Here.line()) + directory);
            DStream<String> windowed = lines.window((line[1] = Here.line()) == null ? null : Durations.seconds(3));
            PairDStream<String, Long> totals = windowed.mapToPair(word -> Tuple2.of(word, 1))
                    .updateStateByKey((values, state) ->
                            Optional.of(state.orElse(0L) + values.size() + (line[3] == null ? 0 : 1)));
            totals.to((line[4] = Here.line()) == null ? null : StreamingContext.textFiles(directory.toString()));
            assertThatThrownBy(ssc::start)
                    .isInstanceOf(InvalidProgramException.class)
                    .message()
                    .satisfies(message -> assertThat(
                                    message.replaceAll("updateStateByKey at \\S+", "updateStateByKey at X"))
                            .isEqualTo("With a checkpoint directory, everything that is kept needs a name of its own:\n"
                                    + "  - textFileStream at " + line[0]
                                    + " has no name; add .named(\"textfilestream-0\")\n"
                                    + "  - window at " + line[1] + " has no name; add .named(\"window-1\")\n"
                                    + "  - updateStateByKey at X has no state type; pass"
                                    + " StateType.of(\"updatestatebykey-4\", TheState.class) as its first argument\n"
                                    + "  - to at " + line[4] + " has no name; add .named(\"to-0\")"));
        }
    }

    @Test
    void shouldTellOfNamesWithAllOtherProblems(@TempDir Path directory) {
        try (StreamingContext ssc = Programs.local()) {
            ssc.checkpoint(directory.resolve("checkpoint").toString());
            DStream<Integer> numbers = Programs.batches(ssc, List.of(1));
            assertThatThrownBy(ssc::start)
                    .isInstanceOf(InvalidProgramException.class)
                    .hasMessageStartingWith("This program cannot be started:\n  - no output operation is registered")
                    .hasMessageEndingWith("  - " + numbers + " has no name; add .named(\"queuestream-0\")");
        }
    }

    @Test
    void shouldStartOnceItIsCorrectedAfterItWasRefused(@TempDir Path directory) {
        List<Integer> seen = new ArrayList<>();
        try (StreamingContext ssc = Programs.local()) {
            ssc.checkpoint(directory.resolve("checkpoint").toString());
            DStream<Integer> numbers = Programs.batches(ssc, List.of(1, 2));
            OutputOperation output = numbers.foreachRDD(rdd -> seen.addAll(rdd.collect()));
            assertThatThrownBy(() -> ssc.runBatches(1)).isInstanceOf(InvalidProgramException.class);
            assertThatThrownBy(ssc::start).isInstanceOf(InvalidProgramException.class);
            numbers.named("numbers");
            assertThat(numbers).asString().startsWith("numbers (queueStream at ");
            assertThat(output).asString().startsWith("foreachRDD at ProgramErrorsTest.java:");
            ssc.runBatches(1);
        }
        assertThat(seen).containsExactly(1, 2);
    }

    @Test
    void shouldNameOperatorAndLineWhenAFunctionThrows() {
        try (StreamingContext ssc = Programs.local()) {
            String[] line = new String[1];
            Programs.batches(ssc, List.of(1, 0))
                    .map((line[0] = Here.line()) == null ? null : n -> 1 / n)
                    .foreachRDD(rdd -> rdd.count());
            assertThatThrownBy(() -> ssc.runBatches(1))
                    .isInstanceOf(BatchFailedException.class)
                    .hasMessage("batch 1000 ms failed: task 1 of map at " + line[0]
                            + " failed 4 times, the last time: the function given to map at " + line[0]
                            + " threw java.lang.ArithmeticException: / by zero; correct the function, or filter out the"
                            + " records that it cannot take\nThe program has stopped; without a checkpoint directory this"
                            + " batch is not run again.")
                    .hasRootCauseInstanceOf(ArithmeticException.class)
                    .cause()
                    .hasCauseInstanceOf(UserCodeException.class);
            assertThat(ssc.failure()).containsInstanceOf(BatchFailedException.class);
            assertThat(ssc.getState()).isEqualTo(StreamingContextState.STOPPED);
        }
    }

    @Test
    void shouldRefuseKeysWithIdentityHash() {
        try (StreamingContext ssc = Programs.local()) {
            String[] line = new String[1];
            Programs.batches(ssc, List.of(1))
                    .mapToPair(n -> Tuple2.of(new Object(), n))
                    .reduceByKey((line[0] = Here.line()) == null ? null : Integer::sum)
                    .foreachRDD(rdd -> rdd.count());
            assertThatThrownBy(() -> ssc.runBatches(1))
                    .isInstanceOf(BatchFailedException.class)
                    .hasMessage("batch 1000 ms failed: task 1 of reduceByKey at " + line[0]
                            + " failed once: a key of type java.lang.Object cannot be partitioned: it does"
                            + " not define hashCode(), so the same key would go to another partition after a restart or on"
                            + " another machine; make it a record, or map it to a key that is equal by value\nThe program"
                            + " has stopped; without a checkpoint directory this batch is not run again.");
        }
    }

    @Test
    void shouldRefuseNamesThatAreNoFileNamesAndOutputsInOnePlace(@TempDir Path directory) {
        try (StreamingContext ssc = Programs.local()) {
            DStream<Integer> numbers = Programs.batches(ssc, List.of(1)).named("in/put");
            String place = directory.resolve("out").toString();
            numbers.to(StreamingContext.textFiles(place)).named("one");
            numbers.to(StreamingContext.textFiles(place + "/../out")).named("two");
            assertThatThrownBy(ssc::start)
                    .isInstanceOf(InvalidProgramException.class)
                    .hasMessageContaining("the name \"in/put\" of in/put (queueStream at ")
                    .hasMessageContaining(
                            "cannot be part of a file's name; use letters, digits, spaces, dots, dashes and"
                                    + " underscores, beginning with a letter or digit")
                    .hasMessageContaining(" both write " + place
                            + ", where one would replace what the other writes; give each a place of its own");
        }
    }

    @Test
    void shouldRefuseNamesThatAreTooLongForFilesBeforeAnythingRuns(@TempDir Path directory) {
        String hundredLetters = "\u4e2d".repeat(100);
        try (StreamingContext ssc = Programs.local()) {
            DStream<Integer> numbers = Programs.batches(ssc, List.of(1)).named("in/put");
            numbers.to(StreamingContext.textFiles(directory.resolve("out").toString()))
                    .named(hundredLetters);
            assertThatThrownBy(ssc::start)
                    .isInstanceOf(InvalidProgramException.class)
                    .hasMessageContaining("the name \"in/put\" of in/put (queueStream at ")
                    .hasMessageContaining("the name \"" + hundredLetters + "\" of " + hundredLetters + " (to at ")
                    .hasMessageContaining(
                            " is too long for a part of a file's name: it takes 300 bytes in UTF-8, and 100 are"
                                    + " free for it; shorten it");
            assertThatThrownBy(() -> numbers.saveAsTextFiles(directory + "/" + hundredLetters, "txt"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "the name \"" + hundredLetters + "txt\" is too long for files to be written: it takes 303"
                                    + " bytes in UTF-8, and 200 are free for it; shorten it");
            assertThatThrownBy(() -> StreamingContext.textFiles(hundredLetters + "/out"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("the name \"" + hundredLetters + "\" is too long for files to be written: it takes 300"
                            + " bytes in UTF-8, and 255 are free for it; shorten it");
        }
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void shouldRefuseActionsInsideTasks() {
        try (StreamingContext ssc = Programs.local()) {
            DStream<Integer> numbers = Programs.batches(ssc, List.of(1, 2));
            numbers.foreachRDD(rdd -> rdd.foreach(n -> rdd.count()));
            assertThatThrownBy(() -> ssc.runBatches(1))
                    .hasMessageContaining(
                            "an action was called inside a task, where datasets cannot be computed; call it in"
                                    + " the program before, and use its result in the function");
        }
    }
}
