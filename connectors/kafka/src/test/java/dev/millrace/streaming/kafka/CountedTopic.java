/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import dev.millrace.Tuple2;
import dev.millrace.streaming.StateType;
import dev.millrace.streaming.StreamingContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * From topic to topic with state: each record comes out as its key with the number of records that this key has had. So the values of a key
 * are 1, 2, 3 and so on, and nothing else, if each record is counted and written once, and in order.
 */
final class CountedTopic {
    static final String INPUT = "orders";

    private CountedTopic() {}

    static void build(StreamingContext ssc, String servers, String from, String to, int writers) {
        ssc.from(Kafka.topic(from)
                        .servers(servers)
                        .with("auto.offset.reset", "earliest")
                        .key(StringDeserializer::new)
                        .value(StringDeserializer::new))
                .named(INPUT)
                .mapToPair(record -> Tuple2.of(record.key(), 1L))
                .mapWithState(StateType.of("counts", Long.class), (time, key, one, state) -> {
                    long count = state.orElse(0L) + one.orElse(0L);
                    state.update(count);
                    return Optional.of(Tuple2.of(key, String.valueOf(count)));
                })
                .mapToPair(counted -> counted)
                .to(Kafka.to(to)
                        .servers(servers)
                        .writers(writers)
                        .key(StringSerializer::new)
                        .value(StringSerializer::new))
                .named("counted");
    }

    /** Returns how often each key was counted, or throws if what a reader sees is not a prefix of what is to come. */
    static Map<String, Long> mustBePrefix(List<ConsumerRecord<String, String>> seen) {
        Map<String, List<Long>> counts = new HashMap<>();
        seen.forEach(record ->
                counts.computeIfAbsent(record.key(), key -> new ArrayList<>()).add(Long.valueOf(record.value())));
        Map<String, Long> last = new HashMap<>();
        counts.forEach((key, values) -> {
            for (int i = 0; i < values.size(); i++) {
                if (values.get(i) != i + 1) {
                    throw new AssertionError(
                            "the values of " + key + " should be 1, 2, 3 and so on, and are " + values);
                }
            }
            last.put(key, (long) values.size());
        });
        return last;
    }
}
