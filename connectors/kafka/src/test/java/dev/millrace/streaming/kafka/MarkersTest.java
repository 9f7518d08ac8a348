/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.streaming.StreamingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Offsets that are no records: markers of transactions, and what compaction or an abort has taken away. */
@ExtendWith(SharedBroker.class)
class MarkersTest {
    private final KafkaBroker broker;

    MarkersTest(KafkaBroker broker) {
        this.broker = broker;
    }

    private Producer<String, String> transactions(String id) {
        Producer<String, String> producer = broker.producer(Map.of("transactional.id", id));
        producer.initTransactions();
        return producer;
    }

    private static void send(Producer<String, String> producer, String topic, String... values) throws Exception {
        for (String value : values) {
            KafkaBroker.get(producer.send(new ProducerRecord<>(topic, 0, null, value)));
        }
    }

    @Test
    void shouldEndARangeByItsPositionAndNotByARecord() throws Exception {
        broker.createTopic("markers", 1);
        List<List<String>> committed = new ArrayList<>();
        List<List<String>> all = new ArrayList<>();
        Orders orders = Orders.of(broker, "markers");
        try (Producer<String, String> producer = transactions("markers");
                StreamingContext readsCommitted = orders.with(
                                source -> source.with("isolation.level", "read_committed"))
                        .context(committed);
                StreamingContext readsAll = orders.context(all)) {
            producer.beginTransaction();
            send(producer, "markers", "a", "b");
            producer.commitTransaction(); // the marker has offset 2
            readsCommitted.runBatches(1);
            readsAll.runBatches(1);
            producer.beginTransaction();
            send(producer, "markers", "c", "d");
            producer.abortTransaction(); // the marker has offset 5
            readsCommitted.runBatches(1);
            readsAll.runBatches(1);
            producer.beginTransaction();
            send(producer, "markers", "e");
            readsCommitted.runBatches(1); // the transaction is open
            readsAll.runBatches(1);
            producer.commitTransaction();
            readsCommitted.runBatches(1);
            readsAll.runBatches(1);
        }

        assertThat(committed).containsExactly(List.of("0:0=a", "0:1=b"), List.of(), List.of(), List.of("0:6=e"));
        assertThat(all)
                .containsExactly(List.of("0:0=a", "0:1=b"), List.of("0:3=c", "0:4=d"), List.of("0:6=e"), List.of());
    }

    @Test
    void shouldReadWhatCompactionHasLeft() throws Exception {
        broker.createTopic(
                "compacted",
                1,
                Map.of(
                        "cleanup.policy", "compact",
                        "segment.ms", "1",
                        "min.cleanable.dirty.ratio", "0.001",
                        "max.compaction.lag.ms", "1"));
        try (Producer<String, String> producer = broker.producer(Map.of())) {
            for (int i = 0; i < 20; i++) {
                KafkaBroker.get(producer.send(new ProducerRecord<>("compacted", 0, "k" + i % 2, "v" + i)));
            }
        }
        List<String> seen;
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        do { // the cleaner comes when it likes
            seen = Orders.of(broker, "compacted").run(1).get(0);
        } while (seen.size() == 20 && System.nanoTime() < deadline);

        assertThat(seen).contains("0:18=v18", "0:19=v19").hasSizeLessThan(20);
    }
}
