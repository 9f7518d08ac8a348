/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceConf;
import dev.millrace.Programs;
import dev.millrace.rdd.RDD;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Counting and reducing whole streams. */
class AggregationsTest {
    private static final int RECORDS = 10_000;

    /** The forms; each gives the number of records of a batch. */
    enum Form {
        COUNT(DStream::count),
        REDUCE(ones -> ones.reduce(Long::sum)),
        COUNT_BY_WINDOW(ones -> ones.countByWindow(Durations.seconds(1), Durations.seconds(1))),
        REDUCE_BY_WINDOW(ones -> ones.reduceByWindow(Long::sum, Durations.seconds(1), Durations.seconds(1))),
        REDUCE_BY_WINDOW_WITH_INVERSE(
                ones -> ones.reduceByWindow(Long::sum, (a, b) -> a - b, Durations.seconds(1), Durations.seconds(1))),
        COUNT_BY_VALUE(ones -> ones.countByValue().transform(rdd -> rdd.map(count -> count._2())));

        private final Function<DStream<Long>, DStream<Long>> form;

        Form(Function<DStream<Long>, DStream<Long>> form) {
            this.form = form;
        }
    }

    /** The first record of each of two partitions waits for that of the other one. */
    @ParameterizedTest
    @EnumSource
    void shouldRunWhatIsAboveInAllPartitionsAtOnce(Form form) {
        CyclicBarrier both = new CyclicBarrier(2);
        try (StreamingContext ssc = Programs.local(new MillraceConf().set("millrace.task.maxAttempts", "1"))) {
            DStream<Long> ones = Programs.batches(
                            ssc, IntStream.range(0, RECORDS).boxed().toList())
                    .map(n -> {
                        if (n % (RECORDS / 2) == 0) {
                            both.await(20, TimeUnit.SECONDS);
                        }
                        return 1L;
                    });
            List<List<Long>> counts = Programs.collected(form.form.apply(ones));
            ssc.runBatches(1);
            assertThat(counts).containsExactly(List.of((long) RECORDS));
        }
    }

    /** Merging texts is not commutative, and with brackets not even associative. */
    @Test
    void shouldMergeInTheOrderOfPartitions() {
        List<List<String>> reduced = new ArrayList<>();
        for (int run = 0; run < 3; run++) {
            try (StreamingContext ssc = Programs.local()) {
                Queue<RDD<String>> queue = new ArrayDeque<>();
                queue.add(ssc.millraceContext().parallelize(List.of("a", "b", "c", "d", "e", "f", "g"), 5));
                queue.add(ssc.millraceContext().emptyRDD());
                List<List<String>> batches = Programs.collected(
                        ssc.queueStream(queue).reduce((first, second) -> "(" + first + second + ")"));
                ssc.runBatches(2);
                reduced.addAll(batches);
            }
        }
        assertThat(reduced)
                .isEqualTo(Collections.nCopies(3, List.of(List.of("((((ab)(cd))e)(fg))"), List.of())).stream()
                        .flatMap(List::stream)
                        .toList());
    }

    @Test
    void shouldCountWhatIsNotThere() {
        try (StreamingContext ssc = Programs.local()) {
            List<List<Long>> counts = Programs.collected(
                    ssc.queueStream(new ArrayDeque<RDD<Integer>>()).count());
            ssc.runBatches(2);
            assertThat(counts).containsExactly(List.of(0L), List.of(0L));
        }
    }
}
