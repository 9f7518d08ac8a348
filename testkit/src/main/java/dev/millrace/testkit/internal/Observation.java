/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.internal;

import dev.millrace.streaming.BatchTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The records of one stream, by batch. A batch that is run again replaces its earlier records. Synchronized. */
public final class Observation<T> {
    private final NavigableMap<BatchTime, List<T>> batches = new TreeMap<>();

    synchronized void put(BatchTime time, List<T> records) {
        batches.put(time, Collections.unmodifiableList(new ArrayList<>(records)));
    }

    public synchronized @Nullable List<T> at(BatchTime time) {
        return batches.get(time);
    }

    public synchronized @Nullable List<T> last() {
        return batches.isEmpty() ? null : batches.lastEntry().getValue();
    }

    public synchronized List<List<T>> all() {
        return List.copyOf(batches.values());
    }

    public synchronized List<BatchTime> times() {
        return List.copyOf(batches.keySet());
    }
}
