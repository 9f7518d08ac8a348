/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.testkit.CrashSite;
import dev.millrace.testkit.SimulatedCrash;
import dev.millrace.testkit.StreamTestDriver;
import dev.millrace.testkit.StreamTestSetup;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A program from topic to topic with state dies at each step of the durable path; a reader that knows nothing of us sees each record once. */
@ExtendWith(SharedBroker.class)
class TopicToTopicTest {
    private static final int BATCHES = 4;
    private static final int RECORDS = 9; // a batch

    private static int topics;

    private final KafkaBroker broker;
    private final Map<String, Long> sent = new TreeMap<>();

    @TempDir
    Path checkpoint;

    TopicToTopicTest(KafkaBroker broker) {
        this.broker = broker;
    }

    static Stream<CrashSite> sites() {
        return CrashSite.all(1).stream().filter(site -> !site.toString().startsWith("WAL_"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"BEFORE_DECISION#2", "DECIDED#1", "TRANSACTION_COMMITTED#2"})
    void shouldCountEachRecordOnce(String site) throws Exception {
        run(CrashSite.parse(site), 2);
    }

    @Tag("full")
    @ParameterizedTest
    @MethodSource("sites")
    void shouldCountEachRecordOnceWhereverItDies(CrashSite site) throws Exception {
        run(site, 1);
    }

    private void run(CrashSite site, int writers) throws Exception {
        String from = "from-" + topics;
        String to = "to-" + topics++;
        broker.createTopic(from, 2);
        broker.createTopic(to, 2);
        StreamTestSetup setup = StreamTestDriver.setup()
                .master("local[2]")
                .checkpoint(checkpoint)
                .realInputs(CountedTopic.INPUT)
                .set("millrace.streaming.checkpoint.snapshotBytes", "1k")
                .observeOnly();
        try (StreamTestDriver driver = setup.run(ssc -> CountedTopic.build(ssc, broker.address(), from, to, writers))) {
            driver.crashAt(site);
            for (int batch = 0; batch < BATCHES; batch++) {
                send(from, batch);
                advance(driver, to);
            }
            for (int more = 0; more < BATCHES && !seen(to).equals(sent); more++) {
                advance(driver, to);
            }
        }
        assertThat(seen(to)).isEqualTo(sent);
    }

    private void advance(StreamTestDriver driver, String to) {
        try {
            driver.advanceBatch();
        } catch (SimulatedCrash crash) {
            seen(to); // which may lack the last batch, or parts of it
            driver.restart();
        }
    }

    private Map<String, Long> seen(String topic) {
        return new TreeMap<>(CountedTopic.mustBePrefix(CommittedReader.read(broker.address(), topic)));
    }

    private void send(String topic, int batch) throws Exception {
        try (Producer<String, String> producer = broker.producer(Map.of())) {
            for (int i = 0; i < RECORDS; i++) {
                String key = "key " + i % 4;
                sent.merge(key, 1L, Long::sum);
                producer.send(new ProducerRecord<>(topic, key, batch + "/" + i));
            }
        }
    }
}
