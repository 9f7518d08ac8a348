/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.state;

import org.jspecify.annotations.Nullable;

/** Keys of one partition of a state, looked up some together, because a look-up alone waits for memory or for the disk. One thread. */
public interface LookUps<K> {
    /** The place of a key that has no entry. */
    long ABSENT = -1;

    /** The number of keys that are best looked up together. */
    int most();

    /**
     * Prepares to find keys. Nothing fails here that belongs to one of them, such as methods of the program's keys: that fails
     * when its turn comes, after the function was called for the keys before it.
     *
     * @param keys the first {@code count} of which are meant; not changed until the next call
     */
    void readAhead(Object[] keys, int[] hashes, int count);

    /**
     * The state of one of those keys as it is held, or null if it has none. To be asked in ascending order, not for every
     * key.
     */
    @Nullable
    Object find(int index);

    /** The place of the entry that was found last, or {@link #ABSENT}. */
    long place();
}
