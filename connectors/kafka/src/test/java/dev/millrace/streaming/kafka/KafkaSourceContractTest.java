/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import dev.millrace.spi.Source;
import dev.millrace.testkit.SourceContractTest;
import dev.millrace.testkit.SourceUnderTest;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/** A topic as a source of records that can be read again. */
@ExtendWith(SharedBroker.class)
@Tag("full")
class KafkaSourceContractTest extends SourceContractTest<ConsumerRecord<byte[], String>> {
    private final KafkaBroker broker;

    KafkaSourceContractTest(KafkaBroker broker) {
        this.broker = broker;
    }

    @Override
    protected SourceUnderTest<ConsumerRecord<byte[], String>> underTest(Path directory) throws Exception {
        String topic = "contract-" + directory.getParent().getFileName();
        broker.createTopic(topic, 2);
        return new SourceUnderTest<>() {
            @Override
            public Source<ConsumerRecord<byte[], String>> open() {
                return Kafka.topic(topic)
                        .servers(broker.address())
                        .with("auto.offset.reset", "earliest")
                        .value(StringDeserializer::new);
            }

            @Override
            public void add(List<String> texts) throws Exception {
                int half = texts.size() / 2;
                Sent.to(broker, topic, 0, texts.subList(0, half).toArray(String[]::new));
                Sent.to(broker, topic, 1, texts.subList(half, texts.size()).toArray(String[]::new));
            }

            @Override
            public String text(ConsumerRecord<byte[], String> record) {
                return record.value();
            }
        };
    }
}
