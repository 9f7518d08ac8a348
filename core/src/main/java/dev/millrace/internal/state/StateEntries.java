/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.state;

/** Entries of a partition of a state, one after the other. One thread. */
public interface StateEntries<K> {
    /** Goes on to the next entry; returns false at the end. */
    boolean next();

    K key();

    /** The {@linkplain dev.millrace.internal.lineage.StableHash hash} of its key. */
    int hash();

    /** The state of the entry as it is held. */
    Object held();

    /** The place of the entry, as {@link StateBase#layout} says. */
    long place();
}
