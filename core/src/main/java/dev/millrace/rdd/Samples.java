/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.rdd;

import dev.millrace.Tuple2;
import dev.millrace.error.RefusedException;
import dev.millrace.internal.lineage.MapPartitionsNode;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.PartitionFunction;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.internal.operators.FilterIterator;
import dev.millrace.internal.operators.FlatMapIterator;
import dev.millrace.internal.operators.JobScope;
import dev.millrace.internal.operators.SeededRandom;
import dev.millrace.streaming.BatchTime;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;

/** A part of the records, by chance; the chance follows from a seed, the partition and the place in it. */
final class Samples {
    private Samples() {}

    /** The seed where the program gives none: of a line and a batch, so that a batch that runs again draws the same. */
    static long seed(Operator operator) {
        BatchTime batch = JobScope.current().batch();
        return 31L * operator.callSite().hashCode() + (batch == null ? 0 : batch.milliseconds());
    }

    static <T> RddNode<T> sample(
            Operator operator, RddNode<T> in, boolean withReplacement, double fraction, long seed) {
        if (!(fraction >= 0) || (!withReplacement && fraction > 1)) {
            throw new IllegalArgumentException(operator + " of a fraction of " + fraction + "; it must be at least 0"
                    + (withReplacement ? "" : ", and at most 1 without replacement"));
        }
        return kept(
                operator,
                in,
                withReplacement
                        ? (partition, records) -> {
                            SeededRandom random = new SeededRandom(seed, partition);
                            return new FlatMapIterator<>(
                                    records,
                                    value -> Collections.nCopies(random.nextCount(fraction), value)
                                            .iterator(),
                                    operator);
                        }
                        : between(operator, 0, fraction, seed));
    }

    /** Where each part ends, from 0 to 1. */
    static double[] ends(Operator operator, double[] weights) {
        double all = Arrays.stream(weights).sum();
        if (!(all > 0) || Arrays.stream(weights).anyMatch(weight -> !(weight >= 0))) {
            throw new IllegalArgumentException(operator + " by the weights " + Arrays.toString(weights)
                    + "; none may be negative, and one must be positive");
        }
        double[] ends = new double[weights.length];
        double passed = 0;
        for (int i = 0; i < ends.length; i++) {
            passed += weights[i];
            ends[i] = i == ends.length - 1 ? 1 : passed / all;
        }
        return ends;
    }

    /** Each record in the part to which its number from 0 to 1 belongs. */
    static <T> RddNode<T> split(Operator operator, RddNode<T> in, double from, double until, long seed) {
        return kept(operator, in, between(operator, from, until, seed));
    }

    private static <T> PartitionFunction<T, T> between(Operator operator, double from, double until, long seed) {
        return (partition, records) -> {
            SeededRandom random = new SeededRandom(seed, partition);
            return new FilterIterator<>(
                    records,
                    value -> {
                        double place = random.nextDouble();
                        return from <= place && place < until;
                    },
                    operator);
        };
    }

    static <K, V> RddNode<Tuple2<K, V>> byKey(
            Operator operator, RddNode<Tuple2<K, V>> in, boolean withReplacement, Map<K, Double> fractions, long seed) {
        HashMap<K, Double> byKey = new HashMap<>(fractions);
        return kept(operator, in, (partition, records) -> {
            SeededRandom random = new SeededRandom(seed, partition);
            return new FlatMapIterator<>(
                    records,
                    pair -> {
                        double fraction = fraction(operator, byKey, pair._1());
                        int times =
                                withReplacement ? random.nextCount(fraction) : random.nextDouble() < fraction ? 1 : 0;
                        return Collections.nCopies(times, pair).iterator();
                    },
                    operator);
        });
    }

    static <K> double fraction(Operator operator, Map<K, Double> fractions, K key) {
        Double fraction = fractions.get(key);
        if (fraction == null || !(fraction >= 0)) {
            throw new RefusedException("the fractions given to " + operator + " have "
                    + (fraction == null ? "none" : fraction.toString()) + " for the key " + key
                    + "; give each key that there is one of at least 0");
        }
        return fraction;
    }

    private static <T> RddNode<T> kept(Operator operator, RddNode<T> in, PartitionFunction<T, T> function) {
        return MapPartitionsNode.indexed(operator, in, function, true);
    }
}
