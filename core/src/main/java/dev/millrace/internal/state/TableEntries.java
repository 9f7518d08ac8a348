/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.state;

import dev.millrace.internal.operators.OrderedMap;
import org.jspecify.annotations.Nullable;

/** Entries of a table in memory, all or some, with keys and states read ahead. */
final class TableEntries<K> implements StateEntries<K> {
    private static final int AHEAD = 256;

    private final OrderedMap<K, Object> entries;
    private final int @Nullable [] chosen;
    private final int count;
    private int next;
    private int readUntil;
    private int index;

    @SuppressWarnings("unused") // written, so that reading ahead is not optimised away
    private int read;

    /** @param chosen their indices, or null for all */
    TableEntries(OrderedMap<K, Object> entries, int @Nullable [] chosen) {
        this.entries = entries;
        this.chosen = chosen;
        count = chosen == null ? entries.end() : chosen.length;
    }

    @Override
    public boolean next() {
        while (next < count) {
            if (next == readUntil) {
                readUntil = Math.min(count, next + AHEAD);
                read = chosen == null ? entries.readAhead(next, readUntil) : entries.readAhead(chosen, next, readUntil);
            }
            index = chosen == null ? next : chosen[next];
            next++;
            if (chosen != null || entries.isLive(index)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public K key() {
        return entries.key(index);
    }

    @Override
    public int hash() {
        return entries.hash(index);
    }

    @Override
    public Object held() {
        return entries.value(index);
    }

    @Override
    public long place() {
        return index;
    }
}
