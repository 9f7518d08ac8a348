/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.conformance.oracle;

import static dev.millrace.conformance.oracle.AcceptedDifference.COUNT_BEFORE_THE_FIRST_RECORD;
import static dev.millrace.conformance.oracle.AcceptedDifference.FILTER_OF_AN_INVERSE_WINDOW;
import static dev.millrace.conformance.oracle.AcceptedDifference.INVERSE_WINDOW_WITH_GAPS;
import static dev.millrace.conformance.oracle.AcceptedDifference.KEYS_THAT_HAVE_LEFT_A_WINDOW;
import static dev.millrace.conformance.oracle.SparkFunctions.pairwise;
import static dev.millrace.conformance.oracle.SparkFunctions.spark;

import dev.millrace.testkit.random.Functions;
import dev.millrace.testkit.random.ModelRunner;
import dev.millrace.testkit.random.Step;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.streaming.Duration;
import org.apache.spark.streaming.api.java.JavaDStream;
import org.apache.spark.streaming.api.java.JavaPairDStream;

/** The windows of Spark Streaming; where a difference is accepted, without what is different. */
record SparkWindow(Duration length, Duration slide) {
    Object ofNumbers(Step step, JavaDStream<Integer> in) {
        return switch (step.operation()) {
            case COUNT_WINDOW -> count(in).map(spark(Functions.toInt()));
            case MAX_OF_WINDOW -> in.reduceByWindow(spark(Functions.max()), length, slide);
            case SUM_OF_WINDOW -> sum(in);
            default -> throw ModelRunner.unknown(step);
        };
    }

    Object ofWords(Step step, JavaDStream<String> in) {
        return switch (step.operation()) {
            case WINDOW_WORDS -> in.window(length, slide);
            case COUNT_VALUE_WINDOW -> countByValue(in, step.first()).mapValues(spark(Functions.toInt()));
            default -> throw ModelRunner.unknown(step);
        };
    }

    Object ofPairs(Step step, JavaPairDStream<String, Integer> in) {
        int p = step.first();
        return switch (step.operation()) {
            case WINDOW_PAIRS -> in.window(length, slide);
            case MAX_WINDOW -> in.reduceByKeyAndWindow(spark(Functions.max()), length, slide, p);
            case GROUP_WINDOW -> in.groupByKeyAndWindow(length, slide, p).mapValues(SparkProgram::sizeAndSum);
            case SUM_WINDOW -> sumByKey(in);
            case SUM_WINDOW_FILTERED ->
                FILTER_OF_AN_INVERSE_WINDOW.without(() -> sumByKey(in).filter(pairwise(Functions.filterPair(p))));
            default -> throw ModelRunner.unknown(step);
        };
    }

    private boolean hasGaps() {
        return length.less(slide);
    }

    private JavaDStream<Long> count(JavaDStream<Integer> in) {
        if (hasGaps()) {
            return INVERSE_WINDOW_WITH_GAPS.without(
                    () -> in.window(length, slide).count());
        }
        JavaDStream<Long> counts = in.countByWindow(length, slide);
        return COUNT_BEFORE_THE_FIRST_RECORD.without(() -> counts.transform(SparkWindow::zeroIfNone));
    }

    private static JavaRDD<Long> zeroIfNone(JavaRDD<Long> count) {
        return count.isEmpty()
                ? JavaSparkContext.fromSparkContext(count.context()).parallelize(List.of(0L), 1)
                : count;
    }

    private JavaDStream<Integer> sum(JavaDStream<Integer> in) {
        if (hasGaps()) {
            return INVERSE_WINDOW_WITH_GAPS.without(() -> in.reduceByWindow(spark(Functions.sum()), length, slide));
        }
        JavaDStream<Integer> sums =
                in.reduceByWindow(spark(Functions.sum()), spark(Functions.difference()), length, slide);
        return KEYS_THAT_HAVE_LEFT_A_WINDOW.without(() -> sums.transformWith(
                in.window(length, slide),
                (sum, window, time) -> window.isEmpty() ? sum.filter(SparkWindow::left) : sum));
    }

    private JavaPairDStream<String, Long> countByValue(JavaDStream<String> in, int partitions) {
        return hasGaps()
                ? INVERSE_WINDOW_WITH_GAPS.without(
                        () -> in.window(length, slide).countByValue(partitions))
                : in.countByValueAndWindow(length, slide, partitions);
    }

    private JavaPairDStream<String, Integer> sumByKey(JavaPairDStream<String, Integer> in) {
        if (hasGaps()) {
            return INVERSE_WINDOW_WITH_GAPS.without(
                    () -> in.reduceByKeyAndWindow(spark(Functions.sum()), length, slide));
        }
        JavaPairDStream<String, Integer> sums =
                in.reduceByKeyAndWindow(spark(Functions.sum()), spark(Functions.difference()), length, slide);
        return KEYS_THAT_HAVE_LEFT_A_WINDOW.without(() -> sums.leftOuterJoin(
                        in.window(length, slide).groupByKey())
                .filter(pair -> pair._2()._2().isPresent() || left(pair._2()._1()))
                .mapValues(both -> both._1()));
    }

    /** Checks that what has left a window has nothing left in it. */
    private static boolean left(int sum) {
        if (sum != 0) {
            throw new IllegalStateException("Spark Streaming has " + sum + " of a window without records");
        }
        return false;
    }
}
