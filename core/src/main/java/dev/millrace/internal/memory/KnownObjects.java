/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.memory;

/**
 * Remembers which large objects were counted of late, so that one to which many records refer counts once for each holder of
 * records, not once a record. It holds hashes of identities, not the objects. One thread.
 */
final class KnownObjects {
    private static final int MOST = 64;

    private int[] hashes = {}; // most holders meet none
    private int size;
    private int oldest;

    /** Returns whether it was counted before. */
    boolean contains(Object value) {
        if (size > 0) {
            int hash = System.identityHashCode(value);
            for (int i = 0; i < size; i++) {
                if (hashes[i] == hash) {
                    return true;
                }
            }
        }
        return false;
    }

    /** It is counted now. */
    void add(Object value) {
        if (size == 0) {
            hashes = new int[MOST];
        }
        hashes[oldest] = System.identityHashCode(value);
        size = Math.max(size, oldest + 1);
        oldest = (oldest + 1) % MOST;
    }
}
