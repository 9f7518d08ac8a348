/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.rdd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.MillraceConf;
import dev.millrace.MillraceContext;
import dev.millrace.Programs;
import dev.millrace.Tuple2;
import dev.millrace.internal.engine.ContextRuntime;
import dev.millrace.streaming.DStream;
import dev.millrace.streaming.StreamingContext;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PersistTest {
    private final MillraceContext context =
            new MillraceContext(new MillraceConf().setMaster("local[2]").set("millrace.memory.budget", "1m"));
    private final LongAccumulator computed = context.longAccumulator("computed");

    @AfterEach
    void shouldGiveEverythingBack() {
        context.close();
        assertThat(used()).isZero();
    }

    private long used() {
        return ContextRuntime.of(context).memory().used();
    }

    private RDD<Integer> numbers(int count, int partitions) {
        LongAccumulator counter = computed;
        return context.parallelize(IntStream.range(0, count).boxed().toList(), partitions)
                .map(n -> {
                    counter.add(1);
                    return n;
                });
    }

    @Test
    void shouldComputeOnceWhatIsKept() {
        for (StorageLevel level : List.of(
                StorageLevels.MEMORY_ONLY,
                StorageLevels.MEMORY_ONLY_SER,
                StorageLevels.MEMORY_AND_DISK_SER,
                StorageLevels.DISK_ONLY,
                StorageLevels.OFF_HEAP)) {
            long before = computed.value();
            RDD<Integer> kept = numbers(1_000, 4).persist(level);
            assertThat(kept.getStorageLevel()).isEqualTo(level);
            assertThat(kept.count()).isEqualTo(1_000);
            assertThat(kept.map(n -> n + 1).reduce(Integer::sum)).isEqualTo(500_500);
            assertThat(kept.collect()).hasSize(1_000).startsWith(0, 1, 2);
            assertThat(computed.value() - before).as("with %s", level).isEqualTo(1_000);
            kept.unpersist();
            assertThat(kept.getStorageLevel()).isEqualTo(StorageLevels.NONE);
            assertThat(used()).isZero();
        }
    }

    @Test
    void shouldComputeAgainWhenNoLongerKept() {
        RDD<Integer> kept = numbers(100, 2).cache();
        RDD<Integer> derived = kept.map(n -> n + 1);
        derived.count();
        kept.unpersist();
        derived.count();
        derived.count();
        assertThat(computed.value()).isEqualTo(300);
        assertThat(used()).isZero();
    }

    @Test
    void shouldKeepNoPartitionThatWasNotReadToItsEnd() {
        RDD<Integer> kept = numbers(100, 2).cache();
        assertThat(kept.take(3)).containsExactly(0, 1, 2);
        assertThat(used()).isZero();
        kept.count();
        assertThat(computed.value()).isEqualTo(103);
    }

    @Test
    void shouldKeepNothingOfAnAttemptThatFailed() {
        AtomicBoolean fails = new AtomicBoolean(true);
        RDD<Integer> kept = numbers(100, 1).cache();
        List<Integer> results = kept.mapPartitions(records -> {
                    List<Integer> all = new ArrayList<>();
                    records.forEachRemaining(all::add);
                    if (fails.getAndSet(false)) {
                        assertThat(used()).isPositive();
                        throw new IOException("broken on purpose");
                    }
                    return all.iterator();
                })
                .collect();
        assertThat(results).hasSize(100);
        kept.count();
        assertThat(computed.value()).isEqualTo(100); // of the attempt that won; the count read what that one left
    }

    @Test
    void shouldNotRunTheShuffleOfAKeptResultAgain() {
        LongAccumulator merged = context.longAccumulator("merged");
        PairRDD<Integer, Integer> kept = numbers(1_000, 4)
                .mapToPair(n -> Tuple2.of(n % 10, 1))
                .reduceByKey(
                        (a, b) -> {
                            merged.add(1);
                            return a + b;
                        },
                        2)
                .cache();
        List<Tuple2<Integer, Integer>> first = kept.collect();
        long merges = merged.value();
        assertThat(kept.collect()).isEqualTo(first);
        assertThat(merged.value()).isEqualTo(merges);
        assertThat(computed.value()).isEqualTo(1_000);
    }

    @Test
    void shouldDropWhatWasReadLongestAgoWhenMemoryIsShort() {
        RDD<String> first = texts("first").cache();
        RDD<String> second = texts("second").cache();
        first.count();
        second.count(); // both do not fit
        long before = computed.value();
        second.count();
        long ofSecond =
                computed.value() - before; // two tasks that are short of memory at once may drop a partition of it
        first.count();
        long ofFirst = computed.value() - before - ofSecond;
        assertThat(ofSecond).isLessThanOrEqualTo(1_000).isLessThan(ofFirst);
    }

    private RDD<String> texts(String prefix) {
        return numbers(8_000, 8).map(n -> prefix + " with the number " + n);
    }

    @Test
    void shouldKeepWhatFitsOfADatasetThatDoesNotFit() {
        RDD<String> large = numbers(24_000, 24)
                .map(n -> "a text of some length with the number " + n)
                .cache();
        large.count();
        large.count();
        assertThat(computed.value()).isBetween(24_001L, 47_999L);
        assertThat(large.collect()).hasSize(24_000).startsWith("a text of some length with the number 0");
    }

    @Test
    void shouldDropWhatTheProgramCannotReachAnyMore() {
        numbers(100, 2).cache().count();
        assertThat(used()).isPositive();
        for (int i = 0; i < 200 && used() > 0; i++) {
            System.gc();
            RDD<Integer> other = numbers(10, 1).cache(); // what comes into the cache clears it up
            other.count();
            other.unpersist();
        }
        assertThat(used()).isZero();
    }

    @Test
    void shouldRefuseAnotherLevel() {
        RDD<Integer> kept = numbers(1, 1).cache();
        assertThat(kept.persist(StorageLevels.MEMORY_ONLY)).isSameAs(kept);
        assertThatThrownBy(() -> kept.persist(StorageLevels.DISK_ONLY))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageMatching("map at PersistTest.java:\\d+ is kept at level StorageLevel\\[useDisk=false,"
                        + " useMemory=true, useOffHeap=false, deserialized=true, replication=1] and cannot change to"
                        + " StorageLevel\\[useDisk=true, useMemory=false, useOffHeap=false, deserialized=false,"
                        + " replication=1]; call unpersist\\(\\) before");
        assertThat(numbers(1, 1).persist(StorageLevels.NONE).getStorageLevel()).isEqualTo(StorageLevels.NONE);
    }

    @Test
    void shouldKeepABatchForAllOfItsOutputs() {
        try (StreamingContext ssc = Programs.local()) {
            LongAccumulator times = ssc.millraceContext().longAccumulator("times");
            DStream<Integer> stream = Programs.batches(ssc, List.of(1, 2, 3), List.of(4))
                    .map(n -> {
                        times.add(1);
                        return n;
                    })
                    .cache();
            List<List<Integer>> first = Programs.collected(stream);
            List<List<Integer>> second = Programs.collected(stream.map(n -> -n));
            List<Long> used = new ArrayList<>();
            stream.foreachRDD(rdd -> {
                used.add(ContextRuntime.of(rdd.context()).memory().used());
            });
            ssc.runBatches(2);
            assertThat(first).containsExactly(List.of(1, 2, 3), List.of(4));
            assertThat(second).containsExactly(List.of(-1, -2, -3), List.of(-4));
            assertThat(times.value()).isEqualTo(4);
            assertThat(used).allMatch(bytes -> bytes > 0);
            assertThat(ContextRuntime.of(ssc.millraceContext()).memory().used()).isZero();
        }
    }
}
