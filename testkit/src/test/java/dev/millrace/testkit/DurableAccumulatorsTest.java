/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.MillraceContext;
import dev.millrace.Tuple2;
import dev.millrace.rdd.CollectionAccumulator;
import dev.millrace.rdd.DoubleAccumulator;
import dev.millrace.rdd.LongAccumulator;
import dev.millrace.rdd.RDD;
import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.DStream;
import dev.millrace.streaming.StateType;
import dev.millrace.streaming.StreamingContext;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A durable accumulator holds after each start exactly what committed batches have added, wherever the program was killed. */
@ExtendWith(NoLeaks.class)
class DurableAccumulatorsTest {
    @TempDir
    Path directory;

    private LongAccumulator lines;
    private DoubleAccumulator halves;
    private CollectionAccumulator<String> words;
    private LongAccumulator outputs;
    private final List<String> reports = new ArrayList<>();
    private boolean broken;

    static List<CrashSite> everyPlace() {
        return CrashSite.all(1);
    }

    /** Tasks before a step, of it and of an output add, and so does the program itself. */
    private void build(StreamingContext ssc) {
        MillraceContext context = ssc.millraceContext();
        lines = context.durable(context.longAccumulator("lines"));
        halves = context.durable(context.doubleAccumulator("halves"));
        words = context.durable(context.collectionAccumulator("words"));
        outputs = context.durable(context.longAccumulator("outputs"));
        LongAccumulator read = lines;
        DoubleAccumulator weighed = halves;
        CollectionAccumulator<String> seen = words;
        LongAccumulator run = outputs;
        DStream<String> input = ssc.queueStream(new ArrayDeque<RDD<String>>()).named("lines");
        input.mapToPair(line -> {
                    read.add(1);
                    return Tuple2.of(line, 1L);
                })
                .updateStateByKey(StateType.of("totals", Long.class), (values, sum) -> {
                    weighed.add(values.size() / 2.0);
                    return Optional.of(sum.orElse(0L) + values.size());
                })
                .map(Tuple2::_1)
                .to(StreamingContext.textFiles(directory.resolve("out").toString()))
                .named("files");
        input.foreachRDD("report", rdd -> {
            run.add(rdd.count());
            reports.add(run.value() + " lines");
        });
        input.foreachRDD("second", rdd -> {
            if (broken) {
                throw new IllegalStateException("broken on order");
            }
            rdd.foreach(line -> seen.add("-" + line));
        });
    }

    private StreamTestDriver driver() {
        return StreamTestDriver.setup()
                .checkpoint(directory.resolve("checkpoint"))
                .run(this::build);
    }

    private List<Object> values() {
        return List.of(lines.value(), lines.count(), halves.value(), halves.count(), words.value(), outputs.value());
    }

    private static final List<Object> TWO_BATCHES = List.of(4L, 4L, 2.0, 5L, List.of("-a", "-b", "-a", "-c"), 4L);

    @ParameterizedTest
    @MethodSource("everyPlace")
    void shouldHoldWhatCommittedBatchesHaveAddedWhereverItCrashes(CrashSite place) {
        try (StreamTestDriver driver = driver()) {
            driver.input("lines").partitions(1).batch("a", "b").batch("a", "c");
            driver.crashAt(place);
            try {
                driver.advanceBatches(2);
            } catch (SimulatedCrash crash) {
                driver.restart();
                long done = driver.context()
                                .lastBatchTime()
                                .map(BatchTime::milliseconds)
                                .orElse(0L)
                        / 1000;
                driver.advanceBatches(2 - (int) done);
            }
            assertThat(values()).isEqualTo(TWO_BATCHES);
            driver.restart();
            assertThat(values()).isEqualTo(TWO_BATCHES);
        }
    }

    @Test
    void shouldNotHoldWhatABatchHasAddedThatFailed() {
        try (StreamTestDriver driver = driver()) {
            driver.input("lines").partitions(1).batch("a", "b").batch("a", "c");
            driver.advanceBatch();
            broken = true;
            assertThatThrownBy(driver::advanceBatch).hasMessageContaining("broken on order");
            broken = false;
            driver.restart(); // runs the batch again
            assertThat(values()).isEqualTo(TWO_BATCHES);
            assertThat(reports).containsExactly("2 lines", "4 lines", "4 lines");
        }
    }
}
