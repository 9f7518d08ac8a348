/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.rdd;

import dev.millrace.Tuple2;
import dev.millrace.internal.lineage.MapPartitionsNode;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.internal.operators.FlatMapIterator;
import dev.millrace.internal.operators.SeededRandom;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Of each key exactly a fraction of its pairs. The number of pairs of each key in each partition is known; first chance deals the
 * sample of a key out to the partitions, then each partition draws its own part while it is gone through.
 */
final class ExactSample<K> implements Serializable {
    private static final int DEALING = -1; // the random numbers of no partition

    private final Operator operator;
    private final boolean withReplacement;
    private final long seed;
    private final ArrayList<HashMap<K, Share>> shares = new ArrayList<>();

    /** Of the pairs of a key in a partition, the number that there are and the number to draw. */
    private record Share(long present, long drawn) implements Serializable {}

    /** @param counts the pairs of each key, in each partition */
    ExactSample(
            Operator operator,
            boolean withReplacement,
            Map<K, Double> fractions,
            List<Map<K, Long>> counts,
            long seed) {
        this.operator = operator;
        this.withReplacement = withReplacement;
        this.seed = seed;
        Map<K, long[]> byKey = new LinkedHashMap<>();
        for (int partition = 0; partition < counts.size(); partition++) {
            shares.add(new HashMap<>());
            for (Map.Entry<K, Long> count : counts.get(partition).entrySet()) {
                byKey.computeIfAbsent(count.getKey(), key -> new long[counts.size()])[partition] = count.getValue();
            }
        }
        SeededRandom random = new SeededRandom(seed, DEALING);
        byKey.forEach((key, present) -> deal(key, present, Samples.fraction(operator, fractions, key), random));
    }

    /** The number of pairs of each key, in order of first arrival. */
    static <K, V> Map<K, Long> counts(Iterator<Tuple2<K, V>> pairs) {
        Map<K, Long> counts = new LinkedHashMap<>();
        pairs.forEachRemaining(pair -> counts.merge(pair._1(), 1L, Long::sum));
        return counts;
    }

    private void deal(K key, long[] present, double fraction, SeededRandom random) {
        long all = Arrays.stream(present).sum();
        long rest = (long) Math.ceil(fraction * all);
        long[] left = present.clone();
        long[] drawn = new long[present.length];
        if (!withReplacement) {
            rest = Math.min(rest, all);
        }
        for (; rest > 0; rest--) {
            long place = random.nextLong(all);
            int partition = 0;
            while (place >= left[partition]) {
                place -= left[partition++];
            }
            drawn[partition]++;
            if (!withReplacement) {
                left[partition]--;
                all--;
            }
        }
        for (int partition = 0; partition < present.length; partition++) {
            if (present[partition] > 0) {
                shares.get(partition).put(key, new Share(present[partition], drawn[partition]));
            }
        }
    }

    <V> RddNode<Tuple2<K, V>> of(RddNode<Tuple2<K, V>> in) {
        return MapPartitionsNode.indexed(operator, in, this::draw, true);
    }

    private <V> Iterator<Tuple2<K, V>> draw(int partition, Iterator<Tuple2<K, V>> pairs) {
        SeededRandom random = new SeededRandom(seed, partition);
        Map<K, Draw> draws = new HashMap<>();
        return new FlatMapIterator<>(
                pairs,
                pair -> Collections.nCopies(
                                draws.computeIfAbsent(pair._1(), key -> new Draw(share(partition, key), random))
                                        .next(),
                                pair)
                        .iterator(),
                operator);
    }

    private Share share(int partition, K key) {
        Share share = shares.get(partition).get(key);
        if (share == null) {
            throw new IllegalStateException("the pairs of key " + key + " were not there when they were counted for "
                    + operator + "; what makes them must give the same each time");
        }
        return share;
    }

    /** Goes through the pairs of a key in a partition. */
    private final class Draw {
        private final SeededRandom random;
        private final long[] places; // of those drawn, in order; with replacement only
        private long present;
        private long wanted;
        private long at;
        private int given;

        Draw(Share share, SeededRandom random) {
            this.random = random;
            present = share.present();
            wanted = share.drawn();
            places = new long[withReplacement ? Math.toIntExact(wanted) : 0];
            Arrays.setAll(places, i -> random.nextLong(share.present()));
            Arrays.sort(places);
        }

        /** The number of times that the next pair is drawn. */
        int next() {
            return withReplacement ? nextPlace() : nextOfRest();
        }

        private int nextPlace() {
            int times = 0;
            for (; given < places.length && places[given] == at; given++) {
                times++;
            }
            at++;
            return times;
        }

        /** As many of the rest are wanted as are wanted still, each as likely as the others. */
        private int nextOfRest() {
            if (random.nextLong(present--) >= wanted) {
                return 0;
            }
            wanted--;
            return 1;
        }
    }
}
