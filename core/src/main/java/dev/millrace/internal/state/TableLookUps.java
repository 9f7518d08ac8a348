/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.state;

import dev.millrace.internal.operators.OrderedMap;
import org.jspecify.annotations.Nullable;

/** Look-ups in a table in memory: reading ahead brings into the processor's cache what finding the keys will read. */
final class TableLookUps<K> implements LookUps<K> {
    private static final int MOST = 512; // what they read fits beside the rest into the nearer caches

    private final OrderedMap<K, Object> entries;
    private Object[] keys = {};
    private int[] hashes = {};
    private int[] likely = {};
    private int place = (int) ABSENT;

    @SuppressWarnings("unused") // written, so that reading ahead is not optimised away
    private int read;

    TableLookUps(OrderedMap<K, Object> entries) {
        this.entries = entries;
    }

    @Override
    public int most() {
        return MOST;
    }

    @Override
    public void readAhead(Object[] wanted, int[] hashesOfWanted, int count) {
        keys = wanted;
        hashes = hashesOfWanted;
        if (likely.length < count) {
            likely = new int[wanted.length];
        }
        read = entries.readAhead(hashesOfWanted, count, likely);
    }

    @Override
    @SuppressWarnings("unchecked")
    public @Nullable Object find(int index) {
        place = entries.find((K) keys[index], hashes[index], likely[index]);
        return place < 0 ? null : entries.value(place);
    }

    @Override
    public long place() {
        return place;
    }
}
