/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.lineage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.Here;
import dev.millrace.MillraceConf;
import dev.millrace.MillraceContext;
import dev.millrace.Programs;
import dev.millrace.Tuple2;
import dev.millrace.error.BatchFailedException;
import dev.millrace.error.RefusedException;
import dev.millrace.rdd.HashPartitioner;
import dev.millrace.rdd.PairRDD;
import dev.millrace.rdd.RDD;
import dev.millrace.streaming.DStream;
import dev.millrace.streaming.StreamingContext;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Deep lineages. */
class DepthTest {
    private static final String REFUSED =
            "more than 1,000 operations stand one inside the other, up to map at %s, and a thread"
                    + " that runs them all has no stack for that; do several steps in one function, or lay the data out anew in"
                    + " between, such as by partitionBy";

    private String line = "";

    private RDD<Integer> mapped(RDD<Integer> numbers, int times) {
        RDD<Integer> result = numbers;
        for (int i = 0; i < times; i++) {
            result = result.map((line = Here.line()).isEmpty() ? n -> n : n -> n + 1);
        }
        return result;
    }

    private static MillraceContext context() {
        return new MillraceContext(new MillraceConf().setMaster("local[2]"));
    }

    @Test
    void shouldRunWhatAThreadsStackHasRoomFor() {
        try (MillraceContext context = context()) {
            assertThat(mapped(context.parallelize(List.of(1, 2, 3)), 999).collect())
                    .containsExactly(1000, 1001, 1002);
        }
    }

    @Test
    void shouldRefuseWhatIsDeeper() {
        try (MillraceContext context = context()) {
            RDD<Integer> deep = mapped(context.parallelize(List.of(1)), 3000);
            assertThatThrownBy(deep::collect)
                    .isInstanceOf(RefusedException.class)
                    .hasMessage(REFUSED.formatted(line));
            assertThatThrownBy(() -> deep.union(deep).count()).isInstanceOf(RefusedException.class);
            assertThatThrownBy(() -> deep.mapToPair(n -> Tuple2.of(n, n))
                            .reduceByKey(Integer::sum)
                            .count())
                    .isInstanceOf(RefusedException.class);
        }
    }

    @Test
    void shouldCountAnewBehindAShuffleAndWhatIsHeld() {
        try (MillraceContext context = context()) {
            PairRDD<Integer, Integer> shuffled = mapped(context.parallelize(List.of(1)), 900)
                    .mapToPair(n -> Tuple2.of(n, n))
                    .partitionBy(new HashPartitioner(2));
            assertThat(mapped(shuffled.keys(), 900).collect()).containsExactly(1801);
            RDD<Integer> held = mapped(context.parallelize(List.of(1)), 900).persist();
            assertThat(held.count()).isEqualTo(1);
            assertThat(mapped(held, 900).collect()).containsExactly(1801);
        }
    }

    @Test
    void shouldRefuseTheBatchOfAStreamThatIsDeeper() {
        try (StreamingContext ssc = Programs.local()) {
            DStream<Integer> stream = Programs.batches(ssc, List.of(1));
            for (int i = 0; i < 3000; i++) {
                stream = stream.map(n -> n + 1);
            }
            stream.foreachRDD(rdd -> rdd.count());
            assertThatThrownBy(() -> ssc.runBatches(1))
                    .isInstanceOf(BatchFailedException.class)
                    .hasMessageContaining(
                            "more than 1,000 operations stand one inside the other, up to map at DepthTest");
        }
    }
}
