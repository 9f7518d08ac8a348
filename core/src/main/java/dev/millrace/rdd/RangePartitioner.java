/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.rdd;

import dev.millrace.Tuple2;
import dev.millrace.function.SerializableComparator;
import dev.millrace.internal.lineage.MapPartitionsNode;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.internal.operators.NaturalOrder;
import dev.millrace.internal.operators.SeededRandom;
import dev.millrace.internal.operators.UserCode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;

/**
 * Puts keys into partitions by ranges of almost equal numbers of pairs: no key of a partition comes after one of the next. Equal keys
 * are in one partition, whose number says nothing else. The bounds are found by a sample of the keys, which a job draws when the
 * partitioner is made; it is the same sample for the same data. There are fewer partitions than asked for where there are fewer keys.
 *
 * @param <K> the type of the keys
 */
public final class RangePartitioner<K> extends Partitioner {
    private static final long SEED = 0x5DEECE66DL;
    private static final int KEYS_EACH = 60; // of the sample, for a partition
    private static final int MOST_KEYS = 1_000_000;

    private final List<K> bounds; // the greatest of each range but the last
    private final Comparator<? super K> order;

    /** One of keys in their natural order. */
    public RangePartitioner(int partitions, PairRDD<K, ?> rdd) {
        this(partitions, rdd, true);
    }

    /** One of keys in their natural order, or in the reverse of it. */
    public RangePartitioner(int partitions, PairRDD<K, ?> rdd, boolean ascending) {
        this(Operator.here("RangePartitioner"), partitions, rdd, ascending);
    }

    /** One of keys in the order of a comparator, or in the reverse of it. */
    public RangePartitioner(int partitions, PairRDD<K, ?> rdd, boolean ascending, Comparator<? super K> comparator) {
        this(Operator.here("RangePartitioner"), partitions, rdd, order(comparator, ascending));
    }

    /** One of keys in the order of a lambda or method reference, or in the reverse of it. */
    public RangePartitioner(
            int partitions, PairRDD<K, ?> rdd, boolean ascending, SerializableComparator<? super K> comparator) {
        this(partitions, rdd, ascending, (Comparator<? super K>) comparator);
    }

    private RangePartitioner(Operator operator, int partitions, PairRDD<K, ?> rdd, boolean ascending) {
        this(operator, partitions, rdd, order(new NaturalOrder<>(operator), ascending));
    }

    RangePartitioner(Operator operator, int partitions, PairRDD<K, ?> rdd, Comparator<? super K> order) {
        if (partitions < 1) {
            throw new IllegalArgumentException(
                    operator + " into " + partitions + " partitions; there must be at least 1");
        }
        this.order = order;
        bounds = partitions == 1 ? List.of() : bounds(operator, partitions, sample(operator, partitions, rdd));
    }

    /** Returns whether it goes by that order, or by the reverse of it. */
    boolean isBy(Comparator<? super K> other) {
        return order.equals(other) || order.equals(Collections.reverseOrder(other));
    }

    static <K> Comparator<? super K> order(Comparator<? super K> ascending, boolean isAscending) {
        return isAscending ? ascending : Collections.reverseOrder(ascending);
    }

    /** A key of the sample, and the number of pairs for which it stands. */
    private record Weighted<K>(K key, double weight) {}

    private static <K, V> List<Weighted<K>> sample(Operator operator, int partitions, PairRDD<K, V> rdd) {
        int each = (int) (Math.min(MOST_KEYS, (long) KEYS_EACH * partitions) / Math.max(1, rdd.getNumPartitions()) + 1);
        RddNode<Tuple2<Long, List<K>>> samples = MapPartitionsNode.indexed(
                operator,
                rdd.node(),
                (partition, pairs) -> List.of(draw(pairs, each, new SeededRandom(SEED, partition)))
                        .iterator(),
                false);
        List<Weighted<K>> keys = new ArrayList<>();
        for (Tuple2<Long, List<K>> drawn : rdd.wrap(samples).collect()) {
            double weight = (double) drawn._1() / Math.max(1, drawn._2().size());
            drawn._2().forEach(key -> keys.add(new Weighted<>(key, weight)));
        }
        return keys;
    }

    /** So many keys, each pair as likely as the others, and the number of all pairs (Vitter's reservoir). */
    private static <K, V> Tuple2<Long, List<K>> draw(Iterator<Tuple2<K, V>> pairs, int most, SeededRandom random) {
        List<K> drawn = new ArrayList<>();
        long[] seen = {0};
        pairs.forEachRemaining(pair -> {
            seen[0]++;
            if (drawn.size() < most) {
                drawn.add(pair._1());
            } else {
                long place = random.nextLong(seen[0]);
                if (place < most) {
                    drawn.set((int) place, pair._1());
                }
            }
        });
        return new Tuple2<>(seen[0], drawn);
    }

    private List<K> bounds(Operator operator, int partitions, List<Weighted<K>> sample) {
        try {
            sample.sort((first, second) -> order.compare(first.key(), second.key()));
        } catch (RuntimeException e) {
            throw UserCode.failed(operator, e);
        }
        double each = sample.stream().mapToDouble(Weighted::weight).sum() / partitions;
        List<K> found = new ArrayList<>();
        double passed = 0;
        for (Weighted<K> next : sample) {
            passed += next.weight();
            boolean isNew = found.isEmpty() || order.compare(next.key(), found.get(found.size() - 1)) > 0;
            if (passed >= (found.size() + 1) * each && isNew && found.size() < partitions - 1) {
                found.add(next.key());
            }
        }
        return found;
    }

    @Override
    public int numPartitions() {
        return bounds.size() + 1;
    }

    @Override
    @SuppressWarnings("unchecked") // keys are of the type of those that were sampled
    public int getPartition(Object key) {
        int from = 0;
        int until = bounds.size();
        while (from < until) {
            int middle = (from + until) >>> 1;
            if (order.compare((K) key, bounds.get(middle)) > 0) {
                from = middle + 1;
            } else {
                until = middle;
            }
        }
        return from;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RangePartitioner<?> that && that.bounds.equals(bounds) && that.order.equals(order);
    }

    @Override
    public int hashCode() {
        return bounds.hashCode();
    }

    @Override
    public String toString() {
        return "RangePartitioner(" + numPartitions() + ")";
    }
}
