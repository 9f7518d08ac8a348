/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceConf;
import dev.millrace.MillraceContext;
import dev.millrace.Programs;
import dev.millrace.rdd.CollectionAccumulator;
import dev.millrace.rdd.LongAccumulator;
import dev.millrace.rdd.RDD;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Durable accumulators through snapshots and roll backs, and when they are made while batches run. */
class DurableAccumulatorTest {
    private static final int BATCHES = 40;

    @TempDir
    Path directory;

    private final List<Long> sums = new ArrayList<>();
    private List<Long> seen = List.of();

    /** Each batch adds its number, which its queue holds. */
    private void run(int batches, boolean lazily) {
        MillraceConf conf = new MillraceConf()
                .set("millrace.streaming.checkpoint.snapshotBytes", "2k")
                .set("millrace.streaming.checkpoint.retainedBatches", "30");
        try (StreamingContext ssc = Programs.local(conf)) {
            ssc.checkpoint(directory.toString());
            MillraceContext context = ssc.millraceContext();
            Queue<RDD<Long>> queue = new ArrayDeque<>();
            LongStream.rangeClosed(1, BATCHES).forEach(n -> queue.add(context.parallelize(List.of(n), 1)));
            Counters[] made = {lazily ? null : new Counters(context)};
            ssc.queueStream(queue).named("numbers").foreachRDD("add", rdd -> {
                made[0] = made[0] == null ? new Counters(context) : made[0];
                Counters counters = made[0];
                rdd.foreach(counters::add);
                sums.add(counters.sum.value());
                seen = counters.seen.value();
            });
            ssc.runBatches(batches);
        }
    }

    private record Counters(LongAccumulator sum, CollectionAccumulator<Long> seen) implements java.io.Serializable {
        Counters(MillraceContext context) {
            this(
                    context.durable(context.longAccumulator("sum")),
                    context.durable(context.collectionAccumulator("seen")));
        }

        void add(Long number) {
            sum.add(number);
            seen.add(number);
        }
    }

    private void assertHolds(int batches) {
        assertThat(sums.get(sums.size() - 1)).isEqualTo(sumOf(batches));
        assertThat(seen)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, batches).boxed().toList());
    }

    @Test
    void shouldGoThroughSnapshotsAndRollBacks() {
        for (int run = 1; run <= 4; run++) {
            run(BATCHES / 4, run % 2 == 0);
            assertHolds(run * BATCHES / 4);
        }
        CheckpointRollback.carryOut(directory, new BatchTime(25_000));
        sums.clear();
        run(1, false); // those behind the roll back run again, too
        assertThat(sums.get(0)).isEqualTo(sumOf(26));
        assertHolds(BATCHES);
    }

    private static long sumOf(int batches) {
        return batches * (batches + 1L) / 2;
    }
}
