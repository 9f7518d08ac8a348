/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.state;

import dev.millrace.internal.operators.TaskScope;
import org.jspecify.annotations.Nullable;

/** Takes keys that were touched before a limit at some time, and finds those of which that is the last touch. One thread. */
final class DueKeys<K> implements TouchedKeys.Each {
    private final long limit;
    private final KeySearch search;
    private final ArrivalSort<K> due;
    private final @Nullable TaskScope scope = TaskScope.current();

    DueKeys(long limit, KeySearch search, ArrivalSort<K> due) {
        this.limit = limit;
        this.search = search;
        this.due = due;
    }

    @Override
    public void key(byte[] array, int from, int to) {
        search.add(array, from, to);
        if (search.size() == KeySearch.MOST) {
            lookUp();
        }
    }

    /** All of them, after the last has come. */
    StateEntries<K> found() {
        lookUp();
        return due;
    }

    private void lookUp() {
        if (scope != null) {
            scope.checkCancelled();
        }
        search.search();
        for (int key = 0; key < search.size(); key++) {
            if (search.found(key) && search.touched(key) < limit) {
                due.add(
                        search.arrival(key),
                        search.touched(key),
                        search.isSorted(key),
                        search.keyArray(key),
                        search.keyFrom(key),
                        search.keyTo(key),
                        search.valueArray(key),
                        search.valueFrom(key),
                        search.valueTo(key));
            }
        }
        search.clear();
    }
}
