/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import dev.millrace.error.RefusedException;
import dev.millrace.spi.SourceContext;
import dev.millrace.spi.UnusableInput;
import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;

/**
 * How tasks read; goes with them.
 *
 * @param id of the run whose consumers are kept between batches, or empty to keep none
 * @param kept how many consumers a process keeps; none if 0
 * @param patienceMillis how long a task waits for records that must be there
 */
record Reading<K, V>(
        String id,
        Map<String, Object> settings,
        Decoding<K, V> decoding,
        String operator,
        UnusableInput unusable,
        LostOffsets lost,
        int kept,
        long patienceMillis)
        implements Serializable {
    private static final String UNUSABLE = "millrace.streaming.kafka.malformedInput";
    private static final String KEEPS = "millrace.streaming.kafka.consumer.cache.enabled";
    private static final String KEPT = "millrace.streaming.kafka.consumer.cache.maxCapacity";
    static final String PATIENCE = "millrace.streaming.kafka.consumer.poll.ms";
    /** Ends a sentence about a record that does not deserialize. */
    static final String OR_PUT_ASIDE = "or set " + UNUSABLE + " to quarantine";

    static <K, V> Reading<K, V> of(
            String id, Map<String, Object> settings, Decoding<K, V> decoding, SourceContext context, LostOffsets lost) {
        return new Reading<>(
                id,
                new HashMap<>(settings), // which serializes, whatever the map was
                decoding,
                context.operator(),
                context.unusable(UNUSABLE),
                lost,
                Boolean.parseBoolean(context.option(KEEPS)) ? Integer.parseInt(context.option(KEPT)) : 0,
                context.duration(PATIENCE).toMillis());
    }

    /** Outside of a stream: there a task waits as long as calls of the client do. */
    static <K, V> Reading<K, V> once(Map<String, Object> settings, Decoding<K, V> decoding) {
        return new Reading<>(
                "",
                new HashMap<>(settings),
                decoding,
                "createRDD",
                (place, raw, problem, change) -> {
                    throw new RefusedException(place + ": " + problem + "; " + change);
                },
                LostOffsets.FAIL,
                0,
                ClientSettings.patience(settings));
    }
}
