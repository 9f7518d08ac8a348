/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.MillraceConf;
import dev.millrace.MillraceContext;
import dev.millrace.Tuple2;
import dev.millrace.error.RefusedException;
import dev.millrace.rdd.RDD;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StreamingContext;
import java.util.ArrayDeque;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;

/** Settings that no client takes end the start. No broker is asked before, so there is none. */
class ClientSettingsTest {
    private static final String NOBODY = "127.0.0.1:1";

    private static StreamingContext context() {
        return new StreamingContext(new MillraceConf().setMaster("local[1]"), Durations.seconds(1));
    }

    @Test
    void shouldRefuseASettingThatAConsumerOfATaskWouldNotTake() {
        try (StreamingContext ssc = context()) {
            ssc.from(Kafka.topic("orders").servers(NOBODY).with("fetch.min.bytes", "many"))
                    .named("orders")
                    .foreachRDD(rdd -> {});
            assertThatThrownBy(ssc::start)
                    .isInstanceOf(RefusedException.class)
                    .hasMessageMatching(
                            "orders \\(from at ClientSettingsTest.java:[0-9]+\\): no client can be made for the"
                                    + " brokers at \"127.0.0.1:1\": Invalid value many for configuration fetch.min.bytes: Not a number"
                                    + " of type INT; correct the Kafka settings of the source");
        }
    }

    /** As that of a schema registry, which wants an address. */
    static final class Demanding extends StringDeserializer {
        @Override
        public void configure(Map<String, ?> settings, boolean isKey) {
            if (!settings.containsKey("registry")) {
                throw new ConfigException("Missing required configuration \"registry\"");
            }
        }
    }

    @Test
    void shouldRefuseADeserializerThatLacksASetting() {
        try (StreamingContext ssc = context()) {
            ssc.from(Kafka.topic("orders").servers(NOBODY).value(Demanding::new))
                    .named("orders")
                    .foreachRDD(rdd -> {});
            assertThatThrownBy(ssc::start)
                    .isInstanceOf(RefusedException.class)
                    .hasMessageEndingWith(
                            "): its deserializers cannot be made: Missing required configuration \"registry\";"
                                    + " correct them, or the Kafka settings of the source");
        }
    }

    @Test
    void shouldRefuseASettingThatAProducerWouldNotTake() {
        try (StreamingContext ssc = context()) {
            ssc.queueStream(new ArrayDeque<RDD<Integer>>())
                    .named("numbers")
                    .mapToPair(number -> Tuple2.of(new byte[] {1}, new byte[] {1}))
                    .to(Kafka.to("totals").servers(NOBODY).with("transaction.timeout.ms", "long"))
                    .named("totals");
            assertThatThrownBy(ssc::start)
                    .hasMessage(
                            "no client can be made for the brokers at 127.0.0.1:1: Invalid value long for configuration"
                                    + " transaction.timeout.ms: Not a number of type INT; correct the Kafka settings of the output");
        }
        assertThatThrownBy(() -> Kafka.to("totals")
                        .servers(NOBODY)
                        .with("linger.ms", "some")
                        .atLeastOnce())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Invalid value some for configuration linger.ms: Not a number of type LONG; correct the Kafka"
                                + " settings of the output");
    }

    @Test
    void shouldWaitForRecordsOfAnRddAsLongAsTheClientDoes() {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers",
                NOBODY,
                "key.deserializer",
                StringDeserializer.class,
                "value.deserializer",
                StringDeserializer.class,
                "request.timeout.ms",
                100,
                "default.api.timeout.ms",
                "300");
        OffsetRange[] ranges = {OffsetRange.create("orders", 0, 0, 5)};
        try (MillraceContext context =
                new MillraceContext(new MillraceConf().setMaster("local[1]").set("millrace.task.maxAttempts", "1"))) {
            var records = KafkaUtils.<String, String>createRDD(
                    context, settings, ranges, LocationStrategies.PreferConsistent());
            assertThatThrownBy(() -> records.map(ConsumerRecord::value).collect())
                    .hasMessageContaining("partition 0 of topic orders");
        }
        assertThat(ClientSettings.patience(settings)).isEqualTo(300);
        assertThat(ClientSettings.patience(Map.of())).isEqualTo(60_000);
    }
}
