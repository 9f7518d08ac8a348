/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.lineage;

import dev.millrace.MillraceContext;
import dev.millrace.Tuple2;
import dev.millrace.rdd.DoubleRDD;
import dev.millrace.rdd.PairRDD;
import dev.millrace.rdd.RDD;

/** Leads from an RDD to its node, and back. */
public interface RddAccess {
    Door<RddAccess> DOOR = new Door<>(RDD.class);

    static RddAccess rdds() {
        return DOOR.accessor();
    }

    <T> RDD<T> wrap(MillraceContext context, RddNode<T> node);

    <K, V> PairRDD<K, V> wrapPairs(MillraceContext context, RddNode<Tuple2<K, V>> node);

    DoubleRDD wrapDoubles(MillraceContext context, RddNode<Double> node);

    <T> RddNode<T> node(RDD<T> rdd);
}
