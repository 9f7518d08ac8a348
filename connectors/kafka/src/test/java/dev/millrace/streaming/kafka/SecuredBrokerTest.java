/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.MillraceConf;
import dev.millrace.Tuple2;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StreamingContext;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker that wants a name and a password, by SASL/PLAIN. */
@Tag("full")
class SecuredBrokerTest {
    private static final String LOGIN =
            "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"admin\" password=";
    private static final String REFUSED = " do not accept who this client says it is: Authentication failed";
    private static final String CHANGE = "; correct security.protocol and the settings that begin with sasl. or ssl.";

    @TempDir
    static Path directory;

    @SuppressWarnings("NullAway.Init") // by the method before all
    private static KafkaBroker broker;

    @BeforeAll
    static void start() throws Exception {
        broker = KafkaBroker.start(
                        directory,
                        Map.of(
                                "listener.security.protocol.map", "PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT",
                                "inter.broker.listener.name", "PLAINTEXT",
                                "sasl.enabled.mechanisms", "PLAIN",
                                "sasl.mechanism.inter.broker.protocol", "PLAIN",
                                "listener.name.plaintext.plain.sasl.jaas.config",
                                        LOGIN + "\"right\" user_admin=\"right\";"))
                .reachedBy(login("right"));
        broker.createTopic("letters", 1);
        broker.createTopic("copies", 1);
        Sent.to(broker, "letters", 0, "a", "b");
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    private static Map<String, Object> login(String password) {
        return Map.of(
                "security.protocol", "SASL_PLAINTEXT",
                "sasl.mechanism", "PLAIN",
                "sasl.jaas.config", LOGIN + "\"" + password + "\";");
    }

    private static void run(String readsWith, String writesWith, Path checkpoint) {
        KafkaSource<byte[], String> source = Kafka.topic("letters")
                .value(StringDeserializer::new)
                .servers(broker.address())
                .with("auto.offset.reset", "earliest")
                .group("secured");
        for (Map.Entry<String, Object> setting : login(readsWith).entrySet()) {
            source = source.with(setting.getKey(), setting.getValue());
        }
        KafkaOutput<String, String> output = Kafka.to("copies")
                .key(StringSerializer::new)
                .value(StringSerializer::new)
                .servers(broker.address());
        for (Map.Entry<String, Object> setting : login(writesWith).entrySet()) {
            output = output.with(setting.getKey(), setting.getValue());
        }
        try (StreamingContext ssc =
                new StreamingContext(new MillraceConf().setMaster("local[1]"), Durations.seconds(1))) {
            ssc.checkpoint(checkpoint.toString());
            ssc.from(source)
                    .named("letters")
                    .mapToPair(record -> Tuple2.of("letter", record.value()))
                    .to(output)
                    .named("copies");
            ssc.runBatches(1);
        }
    }

    @Test
    void shouldReadAndWriteWithTheRightPassword(@TempDir Path checkpoint) throws Exception {
        run("right", "right", checkpoint);
        run("right", "right", checkpoint);

        TopicPartition letters = new TopicPartition("letters", 0);
        assertThat(KafkaBroker.get(broker.admin()
                                .listConsumerGroupOffsets("secured")
                                .partitionsToOffsetAndMetadata())
                        .get(letters)
                        .offset())
                .isEqualTo(2);
        Map<String, Object> settings = new HashMap<>(login("right"));
        settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.address());
        assertThat(CommittedReader.values(settings, "copies")).containsExactly("a", "b");
    }

    @Test
    void shouldRefuseASourceWithTheWrongPassword(@TempDir Path checkpoint) {
        assertThatThrownBy(() -> run("wrong", "right", checkpoint))
                .hasMessageContaining("): the brokers at " + broker.address() + REFUSED)
                .hasMessageEndingWith(CHANGE)
                .hasMessageNotContaining("wrong");
    }

    @Test
    void shouldRefuseAnOutputWithTheWrongPassword(@TempDir Path checkpoint) {
        assertThatThrownBy(() -> run("right", "wrong", checkpoint))
                .hasMessageContaining("the brokers at " + broker.address() + REFUSED)
                .hasMessageContaining(CHANGE)
                .hasMessageNotContaining("wrong");
    }
}
