/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.rdd;

import dev.millrace.MillraceContext;
import dev.millrace.Tuple2;
import dev.millrace.function.Function;
import dev.millrace.internal.engine.TaskFunction;
import dev.millrace.internal.lineage.RddNode;
import java.util.Arrays;
import java.util.List;

/** A dataset of numbers. */
public final class DoubleRDD extends RDD<Double> {
    DoubleRDD(MillraceContext context, RddNode<Double> node) {
        super(context, node);
    }

    @Override
    DoubleRDD same(RddNode<Double> result) {
        return new DoubleRDD(context, result);
    }

    /** Number, mean, variance, least and greatest in one pass, merged in order of partitions. */
    public StatCounter stats() {
        StatCounter all = new StatCounter();
        run((TaskFunction<Double, Tuple2<Long, List<Double>>>) records -> {
                    StatCounter counter = new StatCounter();
                    records.forEachRemaining(counter::merge);
                    return counter.parts();
                })
                .forEach(partial -> all.merge(StatCounter.of(partial)));
        return all;
    }

    /** The sum, added up in order; 0 of no numbers. */
    public double sum() {
        return fold(0.0, Double::sum);
    }

    /** The mean; NaN of no numbers. */
    public double mean() {
        return stats().mean();
    }

    /** {@link StatCounter#variance()} of {@link #stats()}. */
    public double variance() {
        return stats().variance();
    }

    /** {@link StatCounter#popVariance()} of {@link #stats()}. */
    public double popVariance() {
        return stats().popVariance();
    }

    /** {@link StatCounter#sampleVariance()} of {@link #stats()}. */
    public double sampleVariance() {
        return stats().sampleVariance();
    }

    /** {@link StatCounter#stdev()} of {@link #stats()}. */
    public double stdev() {
        return stats().stdev();
    }

    /** {@link StatCounter#popStdev()} of {@link #stats()}. */
    public double popStdev() {
        return stats().popStdev();
    }

    /** {@link StatCounter#sampleStdev()} of {@link #stats()}. */
    public double sampleStdev() {
        return stats().sampleStdev();
    }

    /**
     * The greatest number.
     *
     * @throws java.util.NoSuchElementException if there is none
     */
    public Double max() {
        return max(Double::compare);
    }

    /**
     * The least number.
     *
     * @throws java.util.NoSuchElementException if there is none
     */
    public Double min() {
        return min(Double::compare);
    }

    /** Like {@link #mean()}; it is exact, however much time is allowed. */
    public PartialResult<BoundedDouble> meanApprox(long timeout) {
        return meanApprox(timeout, 0.95);
    }

    /** Like {@link #mean()}; it is exact, however much time and whatever confidence is asked for. */
    public PartialResult<BoundedDouble> meanApprox(long timeout, Double confidence) {
        return new PartialResult<>(BoundedDouble.exactly(mean()));
    }

    /** Like {@link #sum()}; it is exact, however much time is allowed. */
    public PartialResult<BoundedDouble> sumApprox(long timeout) {
        return sumApprox(timeout, 0.95);
    }

    /** Like {@link #sum()}; it is exact, however much time and whatever confidence is asked for. */
    public PartialResult<BoundedDouble> sumApprox(long timeout, Double confidence) {
        return new PartialResult<>(BoundedDouble.exactly(sum()));
    }

    /**
     * Counts the numbers in each of {@code buckets} ranges of the same width between the least and the greatest number: the ends of the
     * ranges, one more than there are ranges, and the counts. Numbers that are all the same are in one range without width.
     *
     * @throws IllegalArgumentException if there is no number, or one that is infinite or NaN
     */
    public Tuple2<double[], long[]> histogram(int buckets) {
        double[] ends = Histogram.ends(stats(), buckets);
        return new Tuple2<>(ends, histogram(ends));
    }

    /**
     * Counts the numbers in each range between two neighbouring {@code ends}: the lower one belongs to it, the upper one to the next,
     * but for the last. Numbers outside are in none.
     *
     * @param ends in ascending order, at least two
     */
    public long[] histogram(double[] ends) {
        return histogram(ends, false);
    }

    /** The same; {@code even}, whether all ranges have the same width, makes no difference here. */
    public long[] histogram(Double[] ends, boolean even) {
        return histogram(Arrays.stream(ends).mapToDouble(end -> end).toArray(), even);
    }

    /** The same; {@code even}, whether all ranges have the same width, makes no difference here. */
    public long[] histogram(double[] ends, boolean even) {
        Histogram.check(ends);
        long[] all = new long[ends.length - 1];
        run((TaskFunction<Double, List<Long>>) records -> Histogram.counts(records, ends))
                .forEach(partial -> Arrays.setAll(all, i -> all[i] + partial.get(i)));
        return all;
    }

    // ---- operations of every dataset that give one of numbers again ----

    @Override
    public DoubleRDD setName(String name) {
        return (DoubleRDD) super.setName(name);
    }

    @Override
    public DoubleRDD cache() {
        return (DoubleRDD) super.cache();
    }

    @Override
    public DoubleRDD persist() {
        return (DoubleRDD) super.persist();
    }

    @Override
    public DoubleRDD persist(StorageLevel level) {
        return (DoubleRDD) super.persist(level);
    }

    @Override
    public DoubleRDD unpersist() {
        return (DoubleRDD) super.unpersist();
    }

    @Override
    public DoubleRDD unpersist(boolean blocking) {
        return (DoubleRDD) super.unpersist(blocking);
    }

    @Override
    public DoubleRDD filter(Function<Double, Boolean> predicate) {
        return (DoubleRDD) super.filter(predicate);
    }

    @Override
    public DoubleRDD union(RDD<Double> other) {
        return (DoubleRDD) super.union(other);
    }

    @Override
    public DoubleRDD coalesce(int partitions) {
        return (DoubleRDD) super.coalesce(partitions);
    }

    @Override
    public DoubleRDD coalesce(int partitions, boolean shuffle) {
        return (DoubleRDD) super.coalesce(partitions, shuffle);
    }

    @Override
    public DoubleRDD repartition(int partitions) {
        return (DoubleRDD) super.repartition(partitions);
    }

    @Override
    public DoubleRDD sample(boolean withReplacement, double fraction) {
        return (DoubleRDD) super.sample(withReplacement, fraction);
    }

    @Override
    public DoubleRDD sample(boolean withReplacement, double fraction, long seed) {
        return (DoubleRDD) super.sample(withReplacement, fraction, seed);
    }

    @Override
    public DoubleRDD distinct() {
        return (DoubleRDD) super.distinct();
    }

    @Override
    public DoubleRDD distinct(int partitions) {
        return (DoubleRDD) super.distinct(partitions);
    }

    @Override
    public DoubleRDD intersection(RDD<Double> other) {
        return (DoubleRDD) super.intersection(other);
    }

    @Override
    public DoubleRDD subtract(RDD<Double> other) {
        return (DoubleRDD) super.subtract(other);
    }

    @Override
    public DoubleRDD subtract(RDD<Double> other, int partitions) {
        return (DoubleRDD) super.subtract(other, partitions);
    }

    @Override
    public DoubleRDD subtract(RDD<Double> other, Partitioner partitioner) {
        return (DoubleRDD) super.subtract(other, partitioner);
    }
}
