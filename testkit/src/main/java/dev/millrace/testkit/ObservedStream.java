/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit;

import dev.millrace.streaming.BatchTime;
import dev.millrace.testkit.internal.Observation;
import java.time.Duration;
import java.util.List;

/**
 * The records of a stream, batch by batch, in the order of its partitions. Lists are snapshots. They outlive a restart; a
 * batch that is run again is observed again in its place.
 *
 * @param <T> the type of the records
 */
public final class ObservedStream<T> {
    private final String name;
    private final Observation<T> observation;
    private final Duration interval;

    ObservedStream(String name, Observation<T> observation, Duration interval) {
        this.name = name;
        this.observation = observation;
        this.interval = interval;
    }

    /**
     * The batch that ended with the program's {@code n}-th batch, counted from 1: the one of time {@code n} intervals.
     *
     * @throws IllegalArgumentException if the stream had no batch then, because it slides more slowly or the program has
     *     not come so far
     */
    public List<T> batch(int n) {
        List<T> records = observation.at(new BatchTime(n * interval.toMillis()));
        if (records == null) {
            throw new IllegalArgumentException(
                    "\"" + name + "\" has no batch " + n + "; it has the batches " + numbers() + ", counted from 1");
        }
        return records;
    }

    /**
     * The newest batch.
     *
     * @throws IllegalStateException if there was none yet
     */
    public List<T> last() {
        List<T> records = observation.last();
        if (records == null) {
            throw new IllegalStateException("\"" + name + "\" has had no batch yet; call advanceBatch() first");
        }
        return records;
    }

    /** All batches so far. */
    public List<List<T>> all() {
        return observation.all();
    }

    private List<Long> numbers() {
        return observation.times().stream()
                .map(time -> time.milliseconds() / interval.toMillis())
                .toList();
    }

    Observation<T> observation() {
        return observation;
    }
}
