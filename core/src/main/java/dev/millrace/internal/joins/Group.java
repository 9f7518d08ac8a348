/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.joins;

import java.util.Iterator;

/** A key with its values of each side, of which at least one has some. Good until the next group is asked for. */
public interface Group<K> {
    K key();

    boolean has(int side);

    /** The values in order of arrival. Those of the first side are to be gone through once, the others any number of times. */
    <V> Iterator<V> values(int side);
}
