/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Programs;
import dev.millrace.Tuple2;
import dev.millrace.rdd.RDD;
import java.lang.management.ManagementFactory;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.junit.jupiter.api.Test;

/** A program that has run for long is as light as one that has just started. */
class UptimeTest {
    private static final int BATCHES = 100_000;

    @Test
    void shouldStayFlatOverAHundredThousandBatches() {
        try (StreamingContext ssc = Programs.local()) {
            Queue<RDD<Integer>> queue = new ArrayDeque<>();
            PairDStream<Integer, Integer> totals = ssc.queueStream(queue)
                    .mapToPair(n -> Tuple2.of(n % 5, 1))
                    .reduceByKey(Integer::sum)
                    .updateStateByKey((values, state) -> Optional.of(state.orElse(0)
                            + values.stream().mapToInt(Integer::intValue).sum()));
            long[] depth = {0};
            totals.window(Durations.seconds(3)).foreachRDD(rdd -> {
                depth[0] = Math.max(depth[0], dev.millrace.internal.lineage.Lineages.depthOf(rdd));
                rdd.count();
            });
            run(ssc, queue, 5_000);
            long heapBefore = usedHeap();
            int classesBefore = loadedClasses();
            long depthBefore = depth[0];
            run(ssc, queue, BATCHES - 5_000);
            assertThat(depth[0]).isEqualTo(depthBefore).isLessThan(10);
            assertThat(loadedClasses() - classesBefore).isLessThan(50);
            assertThat(usedHeap() - heapBefore).isLessThan(4L << 20);
        }
    }

    @Test
    void shouldStayFlatWhileKeysComeAndTimeOut() {
        try (StreamingContext ssc = Programs.local()) {
            Queue<RDD<Integer>> queue = new ArrayDeque<>();
            long[] timeouts = {0};
            ssc.queueStream(queue)
                    .mapToPair(n -> Tuple2.of(n, 1))
                    .mapWithState(
                            StateType.of("sums", Integer.class).timeout(Durations.seconds(50)),
                            (time, key, value, state) -> {
                                value.ifPresent(state::update);
                                return value.isPresent() ? Optional.empty() : Optional.of(key);
                            })
                    .foreachRDD(rdd -> timeouts[0] += rdd.count());
            run(ssc, queue, 5_000);
            long heapBefore = usedHeap();
            run(ssc, queue, 20_000);
            assertThat(usedHeap() - heapBefore).isLessThan(1L << 20);
            assertThat(timeouts[0]).isGreaterThan(19_000);
        }
    }

    private static void run(StreamingContext ssc, Queue<RDD<Integer>> queue, int batches) {
        for (int i = 0; i < batches; i++) {
            queue.add(ssc.millraceContext().parallelize(List.of(i, i + 1), 2));
            ssc.runBatches(1);
        }
    }

    private static int loadedClasses() {
        return ManagementFactory.getClassLoadingMXBean().getLoadedClassCount();
    }

    /** The smallest of some looks after collections: what really stays. */
    private static long usedHeap() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            System.gc();
            least = Math.min(
                    least,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return least;
    }
}
