/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.rdd;

import dev.millrace.Tuple2;
import dev.millrace.internal.lineage.MapPartitionsNode;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.PartitionFunction;
import dev.millrace.internal.operators.Actions;
import dev.millrace.internal.operators.MapIterator;
import dev.millrace.internal.operators.SeededRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;

/** Some records by chance, in this process's memory. */
final class TakenSample {
    private static final int PLACES = -1; // the random numbers of no partition

    private TakenSample() {}

    static <T> List<T> of(Operator operator, RDDActions<T> rdd, boolean withReplacement, int n, long seed) {
        if (n < 0) {
            throw new IllegalArgumentException(operator + " of " + n + " records; there must be at least 0");
        }
        return withReplacement ? anyNumberOfTimes(operator, rdd, n, seed) : once(operator, rdd, n, seed);
    }

    /** Each record gets a number, and those with the greatest numbers are taken. */
    private static <T> List<T> once(Operator operator, RDDActions<T> rdd, int n, long seed) {
        List<Tuple2<Double, T>> drawn =
                collected(operator, rdd, (partition, records) -> greatest(operator, partition, records, n, seed));
        return Actions.top(drawn.iterator(), n, byNumber()).stream()
                .map(Tuple2::_2)
                .toList();
    }

    private static <T> Comparator<Tuple2<Double, T>> byNumber() {
        return (a, b) -> Double.compare(a._1(), b._1());
    }

    private static <T> Iterator<Tuple2<Double, T>> greatest(
            Operator operator, int partition, Iterator<T> records, int n, long seed) {
        SeededRandom random = new SeededRandom(seed, partition);
        Iterator<Tuple2<Double, T>> numbered =
                new MapIterator<>(records, value -> new Tuple2<>(random.nextDouble(), value), operator);
        return Actions.top(numbered, n, byNumber()).iterator();
    }

    /** The records are counted first; then places among them are drawn, and the records of these are fetched. */
    @SuppressWarnings("NullAway") // each place is filled
    private static <T> List<T> anyNumberOfTimes(Operator operator, RDDActions<T> rdd, int n, long seed) {
        long[] begins = Zips.begins(rdd.run(Actions::count));
        long all = begins[begins.length - 1];
        if (all == 0) {
            return List.of();
        }
        SeededRandom random = new SeededRandom(seed, PLACES);
        long[] places = new long[n];
        Arrays.setAll(places, i -> random.nextLong(all));
        List<T> taken = new ArrayList<>(Collections.nCopies(n, null));
        List<Tuple2<Integer, T>> drawn =
                collected(operator, rdd, (partition, records) -> at(places, begins[partition], records));
        drawn.forEach(place -> taken.set(place._1(), place._2()));
        return taken;
    }

    private static <T, D> List<D> collected(Operator operator, RDDActions<T> rdd, PartitionFunction<T, D> draw) {
        return new RDD<>(rdd.context(), MapPartitionsNode.indexed(operator, rdd.node(), draw, false)).collect();
    }

    /** The records of a partition that are drawn, each with the number of the draw. */
    private static <T> Iterator<Tuple2<Integer, T>> at(long[] places, long begin, Iterator<T> records) {
        List<Integer> draws = new ArrayList<>();
        for (int draw = 0; draw < places.length; draw++) {
            if (places[draw] >= begin) {
                draws.add(draw);
            }
        }
        draws.sort(Comparator.comparingLong(draw -> places[draw]));
        List<Tuple2<Integer, T>> drawn = new ArrayList<>();
        long place = begin;
        int next = 0;
        while (next < draws.size() && records.hasNext()) {
            T value = records.next();
            for (; next < draws.size() && places[draws.get(next)] == place; next++) {
                drawn.add(new Tuple2<>(draws.get(next), value));
            }
            place++;
        }
        return drawn.iterator();
    }
}
