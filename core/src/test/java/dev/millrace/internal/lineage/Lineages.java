/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.lineage;

import dev.millrace.rdd.RDD;

/** Looks into lineages for tests. */
public final class Lineages {
    private Lineages() {}

    /** The number of nodes on the longest way from a dataset to its leaves. */
    public static long depthOf(RDD<?> rdd) {
        return depth(RddAccess.rdds().node(rdd));
    }

    private static long depth(RddNode<?> node) {
        return 1 + node.parents().stream().mapToLong(Lineages::depth).max().orElse(0);
    }
}
