/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.MillraceConf;
import dev.millrace.MillraceContext;
import dev.millrace.Tuple2;
import dev.millrace.error.CancelledException;
import dev.millrace.internal.operators.JobScope;
import dev.millrace.rdd.LongAccumulator;
import dev.millrace.rdd.RDD;
import dev.millrace.spi.JobLabel;
import dev.millrace.streaming.BatchTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The properties of the embedded engine alone; the contract of every engine is in the conformance module. */
class EmbeddedEngineTest {
    private static MillraceContext context(int threads) {
        return new MillraceContext(new MillraceConf().setMaster("local[" + threads + "]"));
    }

    private static List<Integer> numbers(int count) {
        return IntStream.range(0, count).boxed().toList();
    }

    @Test
    void shouldGiveKeysInOrderOfFirstArrivalHoweverManyThreadsCompute() {
        List<List<Tuple2<Integer, Integer>>> results = new ArrayList<>();
        for (int threads : new int[] {1, 2, 8}) {
            try (MillraceContext context = context(threads)) {
                results.add(context.parallelize(numbers(50_000), 16)
                        .mapToPair(n -> Tuple2.of(n * 31 % 997, 1))
                        .reduceByKey(Integer::sum, 4)
                        .collect());
            }
        }
        assertThat(results.get(1)).isEqualTo(results.get(0)).hasSize(997);
        assertThat(results.get(2)).isEqualTo(results.get(0));
        assertThat(results.get(0).get(0)._1()).isZero(); // the first that arrived of partition 0
    }

    @Test
    void shouldMergeFinishedMapOutputsInOrderWhenMuchHasPiledUp() {
        try (MillraceContext context = context(2)) {
            List<Tuple2<Integer, Integer>> counts = context.parallelize(numbers(64), 64)
                    .flatMap(part -> IntStream.range(0, 60_000)
                            .map(i -> i * 7 % 60_000)
                            .boxed()
                            .iterator())
                    .mapToPair(n -> Tuple2.of(n, 1))
                    .reduceByKey(Integer::sum, 3)
                    .collect();
            assertThat(counts).hasSize(60_000).allMatch(count -> count._2() == 64);
            assertThat(counts.stream().limit(3).map(Tuple2::_1)).containsExactly(0, 21, 42); // as they arrived
        }
    }

    @Test
    void shouldServeSeveralThreadsAtOnce() throws Exception {
        try (MillraceContext context = context(2)) {
            RDD<Integer> shared = context.parallelize(numbers(10_000), 8).map(n -> n + 1);
            ExecutorService callers = Executors.newFixedThreadPool(4);
            List<Future<Long>> counts = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                counts.add(callers.submit(() -> shared.mapToPair(n -> Tuple2.of(n % 7, n))
                        .reduceByKey(Integer::sum)
                        .count()));
            }
            for (Future<Long> count : counts) {
                assertThat(count.get()).isEqualTo(7);
            }
            callers.shutdown();
        }
    }

    @Test
    void shouldComputeNoMorePartitionsThanTakeNeeds() {
        try (MillraceContext context = context(2)) {
            LongAccumulator touched = context.longAccumulator("touched");
            RDD<Integer> counted = context.parallelize(numbers(1000), 100).map(n -> {
                touched.add(1);
                return n;
            });
            assertThat(counted.take(3)).containsExactly(0, 1, 2);
            assertThat(touched.value()).isEqualTo(3);
            assertThat(counted.take(25)).hasSize(25);
            assertThat(touched.value()).isLessThan(100);
        }
    }

    @Test
    void shouldTakeAUnionThatGrewInALoop() {
        try (MillraceContext context = context(1)) {
            RDD<Integer> all = context.parallelize(List.of(0), 1);
            for (int i = 1; i < 5_000; i++) {
                all = all.union(context.parallelize(List.of(i), 1));
            }
            assertThat(all.count()).isEqualTo(5_000);
        }
    }

    /** The deadline of a stop that passed just before an output began its job did not end that job. */
    @Test
    void shouldEndAJobThatABatchBeginsAfterItWasCancelled() {
        try (MillraceContext context = context(1)) {
            ExecutionEngine engine = ContextRuntime.of(context).engine();
            BatchTime batch = new BatchTime(1000);
            engine.cancel(batch);
            assertThatThrownBy(() -> countIn(batch, context)).isInstanceOf(CancelledException.class);
            assertThat(countIn(new BatchTime(2000), context)).isEqualTo(10);
            engine.settle(batch, false);
            assertThat(countIn(batch, context)).isEqualTo(10);
        }
    }

    private static long countIn(BatchTime batch, MillraceContext context) {
        long[] count = {0};
        try {
            JobScope.under(
                    new JobLabel(batch, "numbers"),
                    () -> count[0] = context.parallelize(numbers(10), 2).count());
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        return count[0];
    }
}
