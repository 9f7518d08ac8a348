/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.engine;

import java.util.Arrays;

/** Keys, values and key hashes side by side: what one map task gives to one reducer. */
final class RecordBlock {
    private Object[] keys;
    private Object[] values;
    private int[] hashes;
    private int size;

    RecordBlock(int expected) {
        int capacity = Math.max(4, expected);
        keys = new Object[capacity];
        values = new Object[capacity];
        hashes = new int[capacity];
    }

    @SuppressWarnings("NullAway") // keys and values may be null
    void add(Object key, int hash, Object value) {
        if (size == keys.length) {
            keys = Arrays.copyOf(keys, size * 2);
            values = Arrays.copyOf(values, size * 2);
            hashes = Arrays.copyOf(hashes, size * 2);
        }
        keys[size] = key;
        values[size] = value;
        hashes[size++] = hash;
    }

    int size() {
        return size;
    }

    Object key(int index) {
        return keys[index];
    }

    Object value(int index) {
        return values[index];
    }

    int hash(int index) {
        return hashes[index];
    }
}
