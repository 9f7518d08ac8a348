/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.materialise;

import dev.millrace.Tuple2;
import dev.millrace.internal.operators.OrderedMap;
import java.io.Serializable;
import java.util.Iterator;

/** How one partition of a keyed state takes one batch. */
@FunctionalInterface
public interface StateProgram<K, V, S> extends Serializable {
    /**
     * Reads {@code base}, which it must not change, and the batch's pairs; writes what differs to {@code overlay}.
     * An attempt that fails is forgotten together with its overlay.
     */
    void run(OrderedMap<K, S> base, Iterator<Tuple2<K, V>> input, Overlay<K, S> overlay) throws Exception;
}
