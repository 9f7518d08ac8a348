/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.MillraceConf;
import dev.millrace.MillraceContext;
import dev.millrace.error.BatchFailedException;
import dev.millrace.error.CancelledException;
import dev.millrace.rdd.FutureAction;
import dev.millrace.rdd.LongAccumulator;
import dev.millrace.rdd.RDD;
import dev.millrace.rdd.TaskContext;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StreamingContext;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Jobs as the program sees them: what tasks know of themselves, groups and tags, and actions beside the program; on either engine. */
@ExtendWith(SparkHeldOpen.class)
class JobsTest {
    private static final Queue<String> TOLD = new ConcurrentLinkedQueue<>();

    @BeforeEach
    void reset() {
        Failing.reset();
        TOLD.clear();
    }

    private static MillraceContext context(String master) {
        return new MillraceContext(new MillraceConf().setMaster(master));
    }

    private static RDD<Integer> numbers(MillraceContext context, int count, int partitions) {
        return context.parallelize(IntStream.range(0, count).boxed().toList(), partitions);
    }

    private static TaskContext task() {
        return Objects.requireNonNull(TaskContext.get());
    }

    @ParameterizedTest
    @ValueSource(strings = {"local[2]", "spark:local[2]"})
    void shouldTellTasksOfThemselves(String master) {
        try (MillraceContext context = context(master)) {
            context.setLocalProperty("colour", "blue");
            RDD<List<Object>> places = numbers(context, 6, 3)
                    .mapPartitions(records -> List.<List<Object>>of(List.of(
                                    TaskContext.getPartitionId(),
                                    task().partitionId(),
                                    task().numPartitions(),
                                    task().stageId(),
                                    task().stageAttemptNumber(),
                                    task().taskAttemptId(),
                                    task().isInterrupted() || task().isCompleted() || task().isFailed(),
                                    String.valueOf(task().getLocalProperty("colour")),
                                    String.valueOf(task().getLocalProperty("none"))))
                            .iterator());
            List<List<Object>> seen = new ArrayList<>(places.collect());
            for (int p = 0; p < 3; p++) {
                assertThat(seen.get(p).subList(0, 3)).isEqualTo(List.of(p, p, 3));
                assertThat(seen.get(p).get(4)).isEqualTo(0);
                assertThat(seen.get(p).subList(6, 9)).isEqualTo(List.of(false, "blue", "null"));
            }
            context.setLocalProperty("colour", null);
            assertThat(context.getLocalProperty("colour")).isNull();
            seen.addAll(places.take(1));
            assertThat(seen.get(3).subList(0, 3)).isEqualTo(List.of(0, 0, 3));
            assertThat(seen.get(3).get(7)).isEqualTo("null");
            assertThat(new HashSet<>(List.of(
                            seen.get(0).get(3), seen.get(1).get(3), seen.get(2).get(3))))
                    .hasSize(1)
                    .doesNotContain(seen.get(3).get(3));
            assertThat(seen.stream().map(place -> place.get(5)).distinct()).hasSize(4);
            assertThat(TaskContext.getPartitionId()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"local[2]", "spark:local[2]"})
    void shouldTellListenersHowAnAttemptEnds(String master) {
        try (MillraceContext context = context(master)) {
            RDD<Integer> flaky = numbers(context, 2, 1).mapPartitions(records -> {
                int attempt = task().attemptNumber();
                task().addTaskCompletionListener(
                                ended -> TOLD.add(attempt + " first " + ended.isCompleted() + " " + ended.isFailed()))
                        .addTaskCompletionListener(ended -> TOLD.add(attempt + " second"))
                        .addTaskFailureListener((failed, error) ->
                                TOLD.add(attempt + " failed " + error.getClass().getSimpleName()));
                Failing.until(true, 1);
                return records;
            });
            assertThat(flaky.count()).isEqualTo(2);
            assertThat(TOLD)
                    .containsExactly(
                            "0 failed UserCodeException",
                            "0 second",
                            "0 first true true",
                            "1 second",
                            "1 first true false");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"local[2]", "spark:local[2]"})
    void shouldFailTheAttemptWhoseListenerThrows(String master) {
        try (MillraceContext context = context(master)) {
            RDD<Integer> closed = numbers(context, 2, 1).mapPartitions(records -> {
                task().addTaskCompletionListener(ended -> {
                    TOLD.add("asked");
                    throw new IllegalStateException("the disk is full");
                });
                return records;
            });
            assertThatThrownBy(closed::count)
                    .hasMessageContaining("the listener given to addTaskCompletionListener threw"
                            + " java.lang.IllegalStateException: the disk is full; correct the listener");
            assertThat(TOLD).hasSize(4);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"local[2]", "spark:local[2]"})
    void shouldRunActionsBesideTheProgram(String master) throws Exception {
        try (MillraceContext context = context(master)) {
            LongAccumulator sum = context.longAccumulator("sum");
            RDD<Integer> data = numbers(context, 10, 4);
            assertThat(data.collectAsync().get()).isEqualTo(data.collect());
            assertThat(data.countAsync().get()).isEqualTo(10);
            assertThat(data.takeAsync(3).get()).containsExactly(0, 1, 2);
            assertThat(data.foreachAsync(sum::add).get()).isNull();
            FutureAction<Void> partitions =
                    data.foreachPartitionAsync(records -> records.forEachRemaining(n -> sum.add(n)));
            assertThat(partitions.get(30, TimeUnit.SECONDS)).isNull();
            assertThat(partitions.jobIds()).hasSize(1);
            assertThat(partitions.isDone()).isTrue();
            assertThat(sum.value()).isEqualTo(90);
            FutureAction<Long> broken = data.map(n -> 1 / n).countAsync();
            assertThatThrownBy(broken::get)
                    .isInstanceOf(ExecutionException.class)
                    .hasMessageContaining("the function given to map at JobsTest.java")
                    .hasMessageContaining("threw java.lang.ArithmeticException: / by zero");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"local[2]", "spark:local[2]"})
    void shouldEndTheJobsOfAnActionThatIsCancelled(String master) throws Exception {
        try (MillraceContext context = context(master)) {
            FutureAction<Long> stuck =
                    numbers(context, 2, 2).map(Failing::stuck).countAsync();
            Failing.awaitStuck();
            assertThat(context.statusTracker().getActiveJobIds())
                    .containsExactly(stuck.jobIds().get(0));
            assertThat(stuck.cancel(false)).isTrue();
            assertThatThrownBy(stuck::get).isInstanceOf(CancellationException.class);
            assertThat(numbers(context, 3, 2).count()).isEqualTo(3); // there is a thread for it again
            assertThat(stuck.cancel(true)).isFalse();
        }
    }

    private static void cancelled(
            String master, Consumer<MillraceContext> before, Consumer<MillraceContext> cancel, String by)
            throws Exception {
        try (MillraceContext context = context(master)) {
            Failing.reset(); // both tasks of the one before may have told that they are stuck
            before.accept(context);
            FutureAction<Long> stuck =
                    numbers(context, 2, 2).map(Failing::stuck).countAsync();
            context.clearJobGroup();
            context.clearJobTags();
            Failing.awaitStuck();
            cancel.accept(context);
            assertThatThrownBy(stuck::get)
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOf(CancelledException.class)
                    .hasMessage("the job was ended early by " + by);
            assertThat(numbers(context, 3, 2).count()).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"local[2]", "spark:local[2]"})
    void shouldEndTheJobsOfAGroup(String master) throws Exception {
        cancelled(
                master,
                context -> context.setJobGroup("reports", "of the night", true),
                context -> {
                    context.cancelJobGroup("others");
                    assertThat(context.statusTracker().getJobIdsForGroup("reports"))
                            .containsExactly(context.statusTracker().getActiveJobIds());
                    assertThat(context.statusTracker().getJobIdsForGroup(null)).isEmpty();
                    context.cancelJobGroup("reports", "it is morning");
                },
                "cancelJobGroup(\"reports\"), because: it is morning");
    }

    @ParameterizedTest
    @ValueSource(strings = {"local[2]", "spark:local[2]"})
    void shouldEndTheJobsWithATag(String master) throws Exception {
        cancelled(
                master,
                context -> {
                    context.setLocalProperty(
                            "spark.jobGroup.id", "mine"); // of Spark, by whose groups jobs are cancelled
                    context.addJobTag("slow");
                    context.addJobTag("old");
                    context.addJobTag("night");
                    context.removeJobTag("old");
                    assertThat(context.getJobTags()).containsExactly("night", "slow");
                    assertThatThrownBy(() -> context.addJobTag("a,b"))
                            .isInstanceOf(IllegalArgumentException.class)
                            .hasMessage("the job tag \"a,b\" is empty or has a comma; give it a word");
                },
                context -> {
                    assertThat(context.getJobTags()).isEmpty();
                    context.cancelJobsWithTag("old");
                    assertThat(context.statusTracker().getJobIdsForTag("slow")).hasSize(1);
                    context.cancelJobsWithTag("slow");
                },
                "cancelJobsWithTag(\"slow\")");
        cancelled(master, context -> {}, MillraceContext::cancelAllJobs, "cancelAllJobs()");
    }

    /** An action that an output begins and does not wait for ends before its batch does, and its failure is the batch's. */
    @ParameterizedTest
    @ValueSource(strings = {"local[2]", "spark:local[2]"})
    void shouldEndWithTheBatchWhoseOutputBeganIt(String master) {
        try (StreamingContext ssc = new StreamingContext(new MillraceConf().setMaster(master), Durations.seconds(1))) {
            LongAccumulator sum = ssc.millraceContext().longAccumulator("sum");
            List<Long> sums = new ArrayList<>();
            Queue<RDD<Integer>> batches = new ArrayDeque<>();
            for (int i = 0; i < 3; i++) {
                batches.add(numbers(ssc.millraceContext(), 4, 2));
            }
            ssc.queueStream(batches).foreachRDD((rdd, time) -> {
                if (time.milliseconds() < 3000) {
                    rdd.foreachAsync(sum::add);
                } else {
                    rdd.map(n -> 6 / (n - 3)).countAsync();
                }
            });
            ssc.queueStream(new ArrayDeque<RDD<Integer>>()).foreachRDD(rdd -> sums.add(sum.value()));
            ssc.runBatches(2);
            assertThat(sums).containsExactly(6L, 12L);
            assertThatThrownBy(() -> ssc.runBatches(1))
                    .isInstanceOf(BatchFailedException.class)
                    .hasMessageContaining("the function given to map at JobsTest.java")
                    .hasMessageContaining("threw java.lang.ArithmeticException: / by zero");
        }
    }
}
