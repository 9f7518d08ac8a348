/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.engine.spark;

import dev.millrace.internal.lineage.TaskObservation;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.util.AccumulatorV2;

/**
 * Brings what map tasks saw to the driver, which gets no result of theirs. Spark merges what successful attempts added;
 * a map task that runs again because its output was lost counts once, by shuffle and partition. Safe for several threads.
 */
final class MapObservations extends AccumulatorV2<MapObservations.Seen, List<TaskObservation>> {
    private final Map<Place, TaskObservation> seen = new LinkedHashMap<>();
    private final Set<Place> reported = new HashSet<>();

    /** The observation of a shuffle's map task. */
    record Seen(long shuffle, TaskObservation observation) {}

    private record Place(long shuffle, int partition) implements Serializable {}

    /** Spark's heartbeat asks this of an instance that is still being read too, which has no fields yet. */
    @Override
    public synchronized boolean isZero() {
        return seen == null || reported == null || (seen.isEmpty() && reported.isEmpty());
    }

    @Override
    public synchronized AccumulatorV2<Seen, List<TaskObservation>> copy() {
        MapObservations copy = new MapObservations();
        copy.seen.putAll(seen);
        copy.reported.addAll(reported);
        return copy;
    }

    @Override
    public synchronized void reset() {
        seen.clear();
        reported.clear();
    }

    @Override
    public synchronized void add(Seen one) {
        seen.putIfAbsent(new Place(one.shuffle(), one.observation().partition()), one.observation());
    }

    @Override
    public synchronized void merge(AccumulatorV2<Seen, List<TaskObservation>> other) {
        ((MapObservations) other).seen.forEach(seen::putIfAbsent);
    }

    @Override
    public synchronized List<TaskObservation> value() {
        return List.copyOf(seen.values());
    }

    /** Those that are new, in the order of shuffles and of their partitions, however the tasks came to their ends. */
    synchronized List<TaskObservation> unreported() {
        List<Place> news = new ArrayList<>();
        for (Place place : seen.keySet()) {
            if (reported.add(place)) {
                news.add(place);
            }
        }
        news.sort(Comparator.comparingLong(Place::shuffle).thenComparingInt(Place::partition));
        return news.stream().map(seen::get).toList();
    }
}
