/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Records that a test sends, and how it shows those that it gets. */
final class Sent {
    private Sent() {}

    /** Sends values without a key, in order, and returns when the broker has them. */
    static void to(KafkaBroker broker, String topic, int partition, String... values) throws Exception {
        try (Producer<String, String> producer = broker.producer(Map.of())) {
            for (String value : values) {
                KafkaBroker.get(producer.send(new ProducerRecord<>(topic, partition, null, value)));
            }
        }
    }

    /** {@code PARTITION:OFFSET=VALUE}. */
    static String shown(ConsumerRecord<?, ?> record) {
        return record.partition() + ":" + record.offset() + "=" + record.value();
    }
}
