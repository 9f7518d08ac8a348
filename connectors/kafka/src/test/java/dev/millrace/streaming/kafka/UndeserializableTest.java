/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.streaming.StreamingContext;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Records that do not deserialize fail their batch, or are put aside. */
@ExtendWith(SharedBroker.class)
class UndeserializableTest {
    private final KafkaBroker broker;

    @TempDir
    Path directory;

    UndeserializableTest(KafkaBroker broker) {
        this.broker = broker;
    }

    /** Takes numbers only. */
    static final class Numbers implements Deserializer<String> {
        @Override
        public String deserialize(String topic, byte[] data) {
            String text = new String(data, StandardCharsets.UTF_8);
            if (!text.matches("[0-9]+")) {
                throw new SerializationException("\"" + text + "\" is no number");
            }
            return text;
        }
    }

    private Orders numbers(String topic) throws Exception {
        broker.createTopic(topic, 1);
        Sent.to(broker, topic, 0, "1", "two", "3");
        return Orders.of(broker, topic)
                .with(source -> source.value(Numbers::new))
                .keptIn(directory.resolve("checkpoint"));
    }

    @Test
    void shouldFailTheBatchAndSayWhere() throws Exception {
        Orders orders = numbers("fails");

        assertThatThrownBy(() -> orders.run(1))
                .hasMessageContaining(
                        "topic fails partition 0 offset 1: its value does not deserialize by Numbers: \"two\" is no"
                                + " number; correct the deserializer, or set millrace.streaming.kafka.malformedInput to quarantine");
    }

    @Test
    void shouldPutItAsideWithItsBytes() throws Exception {
        Orders orders = numbers("aside").set("millrace.streaming.kafka.malformedInput", "quarantine");
        assertThat(orders.run(1)).containsExactly(List.of("0:0=1", "0:2=3"));

        List<String> aside = new ArrayList<>();
        try (StreamingContext ssc = StreamingContext.local(java.time.Duration.ofSeconds(1))) {
            ssc.quarantined(directory.resolve("checkpoint").resolve("quarantine"))
                    .map(entry -> entry.place() + ": " + new String(entry.raw(), StandardCharsets.UTF_8) + ": "
                            + entry.error())
                    .foreachRDD(rdd -> aside.addAll(rdd.collect()));
            ssc.runBatches(1);
        }
        assertThat(aside)
                .containsExactly(
                        "topic aside partition 0 offset 1: two: its value does not deserialize by Numbers: \"two\" is no"
                                + " number");
    }
}
