/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceConf;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StreamingContext;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two brokers, of which the one that leads dies without a word, so that the other takes over what it has a copy of. */
@Tag("full")
class LeadershipTest {
    @TempDir
    Path directory;

    @SuppressWarnings("NullAway.Init") // by the method before each
    private KafkaBroker stays;

    @SuppressWarnings("NullAway.Init") // by the method before each
    private KafkaBroker dies;

    @BeforeEach
    void start() throws Exception {
        Map<String, String> settings = new HashMap<>(Map.of(
                "controlled.shutdown.enable", "false",
                "broker.heartbeat.interval.ms", "200",
                "broker.session.timeout.ms", "1500",
                "default.replication.factor", "2",
                "min.insync.replicas", "1"));
        for (String topic : List.of("offsets.topic", "transaction.state.log")) {
            settings.put(topic + ".replication.factor", "2");
        }
        stays = KafkaBroker.start(directory.resolve("stays"), settings);
        dies = stays.joined(directory.resolve("dies"), settings);
    }

    @AfterEach
    void stop() {
        dies.close();
        stays.close();
    }

    private String servers() {
        return stays.address() + "," + dies.address();
    }

    /** Makes a topic which the broker leads that dies, and the other follows. */
    private void createTopic(String name, String cleanUp) throws Exception {
        NewTopic topic = new NewTopic(name, Map.of(0, List.of(2, 1))).configs(Map.of("cleanup.policy", cleanUp));
        KafkaBroker.get(stays.admin().createTopics(List.of(topic)).all());
    }

    private static String next(BlockingQueue<String> queue) throws InterruptedException {
        String next = queue.poll(60, TimeUnit.SECONDS);
        assertThat(next).as("nothing within a minute").isNotNull();
        return next;
    }

    @Test
    void shouldReadOnFromTheNextLeaderWhenTheLeaderDiesWhileItReads() throws Exception {
        createTopic("moves", "delete");
        Sent.to(dies, "moves", 0, "a", "b");
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        AtomicBoolean killed = new AtomicBoolean();
        try (StreamingContext ssc =
                new StreamingContext(new MillraceConf().setMaster("local[2]"), Durations.milliseconds(50))) {
            ssc.from(Kafka.topic("moves")
                            .servers(servers())
                            .with("auto.offset.reset", "earliest")
                            .with("reconnect.backoff.max.ms", 200)
                            .value(StringDeserializer::new))
                    .named("moves")
                    .foreachRDD(rdd -> {
                        if (HasOffsetRanges.of(rdd)[0].count() > 0 && killed.compareAndSet(false, true)) {
                            dies.stop();
                        }
                        seen.addAll(rdd.map(Sent::shown).collect());
                    });
            ssc.start();
            assertThat(List.of(next(seen), next(seen))).containsExactly("0:0=a", "0:1=b");
            Sent.to(stays, "moves", 0, "c");
            assertThat(next(seen)).isEqualTo("0:2=c");
            dies.restart();
            Sent.to(stays, "moves", 0, "d");
            assertThat(next(seen)).isEqualTo("0:3=d");
        }
        assertThat(seen).isEmpty();
    }

    @Test
    void shouldWriteOnceWhenTheLeaderDiesWhileATransactionIsOpen() throws Exception {
        createTopic("totals", "delete");
        createTopic("millrace-receipts-totals", "compact");
        AtomicBoolean armed = new AtomicBoolean();
        KafkaOutput<String, String> output = Kafka.to("totals")
                .servers(servers())
                .with("reconnect.backoff.max.ms", 200)
                .key(StringSerializer::new)
                .value(StringSerializer::new)
                .with(new TestInstruments() {
                    @Override
                    void beforeCommit() {
                        if (armed.compareAndSet(true, false)) {
                            dies.stop();
                        }
                    }
                });
        TestRun run = TestRun.first();
        try {
            output.open(run);
            output.write(run.part(1000, 0, 1), rows("a"));
            armed.set(true);
            output.write(run.part(2000, 0, 1), rows("b", "c"));
            output.write(run.part(3000, 0, 1), rows("d"));
            assertThat(output.isPublished(run.part(2000, 0, 1))).isTrue();
        } finally {
            output.close();
        }
        assertThat(CommittedReader.values(stays.address(), "totals")).containsExactly("a", "b", "c", "d");
    }

    private static List<byte[]> rows(String... values) {
        return Stream.of(values)
                .map(value -> new RowBytes(null, value.getBytes(StandardCharsets.UTF_8)).encode())
                .toList();
    }
}
