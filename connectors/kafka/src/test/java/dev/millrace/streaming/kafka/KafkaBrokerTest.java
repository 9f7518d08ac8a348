/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaBrokerTest {
    @TempDir
    Path directory;

    @Test
    void shouldKeepWhatWasWrittenOverARestartOnTheSamePort() throws Exception {
        try (KafkaBroker broker = KafkaBroker.start(directory)) {
            broker.createTopic("orders", 2);
            try (Producer<String, String> producer = broker.producer(Map.of())) {
                for (int i = 0; i < 10; i++) {
                    KafkaBroker.get(producer.send(new ProducerRecord<>("orders", 0, "k", "v" + i)));
                }
                String address = broker.address();

                broker.stop();
                broker.restart();
                KafkaBroker.get(producer.send(new ProducerRecord<>("orders", 0, "k", "last")));

                assertThat(broker.address()).isEqualTo(address);
            }
            broker.extend("orders", 3);
            broker.deleteRecords("orders", 0, 4);

            assertThat(offset(broker, 0, OffsetSpec.earliest())).isEqualTo(4);
            assertThat(offset(broker, 0, OffsetSpec.latest())).isEqualTo(11);
            assertThat(KafkaBroker.get(broker.admin().listTopics().names())).isEqualTo(Set.of("orders"));
        }
    }

    private static long offset(KafkaBroker broker, int partition, OffsetSpec which) throws Exception {
        TopicPartition asked = new TopicPartition("orders", partition);
        return KafkaBroker.get(broker.admin().listOffsets(Map.of(asked, which)).partitionResult(asked))
                .offset();
    }
}
