/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.rdd;

import dev.millrace.Tuple2;
import java.io.Serializable;
import java.util.List;

/**
 * Number, mean, variance, least and greatest of some numbers, gathered in one pass without loss by cancellation (Welford; Chan and
 * others for merging). Without numbers the mean and the variances are NaN, the least is positive infinity, the greatest negative infinity.
 * Not safe for use by several threads.
 */
public final class StatCounter implements Serializable {
    private long count;
    private double mean;
    private double squares; // the sum of the squared distances from the mean
    private double sum;
    private double max = Double.NEGATIVE_INFINITY;
    private double min = Double.POSITIVE_INFINITY;

    /** One of no numbers. */
    public StatCounter() {}

    /** One of some numbers. */
    public StatCounter(Iterable<Double> values) {
        merge(values);
    }

    /** Adds a number. Returns this. */
    public StatCounter merge(double value) {
        double distance = value - mean;
        count++;
        sum += value;
        mean += distance / count;
        squares += distance * (value - mean);
        max = Math.max(max, value);
        min = Math.min(min, value);
        return this;
    }

    /** Adds numbers, in order. Returns this. */
    public StatCounter merge(Iterable<Double> values) {
        values.forEach(this::merge);
        return this;
    }

    /** Adds the numbers of another counter, which stays as it is. Returns this. */
    public StatCounter merge(StatCounter other) {
        if (other.count == 0) {
            return this;
        }
        double distance = other.mean - mean;
        long all = count + other.count;
        squares += other.squares + distance * distance * count * other.count / all;
        mean = count == 0 ? other.mean : mean + distance * other.count / all;
        count = all;
        sum += other.sum;
        max = Math.max(max, other.max);
        min = Math.min(min, other.min);
        return this;
    }

    /** The parts of it, of types that every codec knows. */
    Tuple2<Long, List<Double>> parts() {
        return new Tuple2<>(count, List.of(mean, squares, sum, max, min));
    }

    static StatCounter of(Tuple2<Long, List<Double>> parts) {
        StatCounter counter = new StatCounter();
        counter.count = parts._1();
        counter.mean = parts._2().get(0);
        counter.squares = parts._2().get(1);
        counter.sum = parts._2().get(2);
        counter.max = parts._2().get(3);
        counter.min = parts._2().get(4);
        return counter;
    }

    /** An independent counter of the same numbers. */
    public StatCounter copy() {
        return of(parts());
    }

    /** How many numbers there are. */
    public long count() {
        return count;
    }

    /** Their mean. */
    public double mean() {
        return count == 0 ? Double.NaN : mean;
    }

    /** Their sum, added up in order. */
    public double sum() {
        return sum;
    }

    /** The greatest. */
    public double max() {
        return max;
    }

    /** The least. */
    public double min() {
        return min;
    }

    /** The variance of these numbers as a whole: {@link #popVariance()}. */
    public double variance() {
        return popVariance();
    }

    /** The variance of these numbers as a whole: the mean squared distance from the mean. */
    public double popVariance() {
        return count == 0 ? Double.NaN : squares / count;
    }

    /** The variance of what these numbers are a sample of: the same divided by one less than their number. */
    public double sampleVariance() {
        return count < 2 ? Double.NaN : squares / (count - 1);
    }

    /** The standard deviation of these numbers as a whole: {@link #popStdev()}. */
    public double stdev() {
        return popStdev();
    }

    /** The root of {@link #popVariance()}. */
    public double popStdev() {
        return Math.sqrt(popVariance());
    }

    /** The root of {@link #sampleVariance()}. */
    public double sampleStdev() {
        return Math.sqrt(sampleVariance());
    }

    @Override
    public String toString() {
        return "(count: " + count + ", mean: " + mean() + ", stdev: " + stdev() + ", max: " + max + ", min: " + min
                + ")";
    }
}
