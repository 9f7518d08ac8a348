/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import dev.millrace.Tuple2;
import dev.millrace.spi.Output;
import dev.millrace.testkit.OutputUnderTest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.StringSerializer;

/** Topics of a real broker, one for each output, for one check. */
final class KafkaOutputUnderTest implements OutputUnderTest<Tuple2<String, String>> {
    private final KafkaBroker broker;
    private final String check;
    private final int writers;
    private final Map<String, String> topics = new HashMap<>();
    private final List<KafkaOutput<String, String>> opened = new ArrayList<>();

    KafkaOutputUnderTest(KafkaBroker broker, String check, int writers) {
        this.broker = broker;
        this.check = check;
        this.writers = writers;
    }

    private synchronized String topic(String name) throws Exception {
        String topic = topics.get(name);
        if (topic == null) {
            topic = name + "-" + check;
            broker.createTopic(topic, 2);
            topics.put(name, topic);
        }
        return topic;
    }

    @Override
    public Output<Tuple2<String, String>> open(String name) throws Exception {
        KafkaOutput<String, String> output = Kafka.to(topic(name))
                .servers(broker.address())
                .writers(writers)
                .key(StringSerializer::new)
                .value(StringSerializer::new);
        synchronized (this) {
            opened.add(output);
        }
        return output;
    }

    @Override
    public List<Tuple2<String, String>> read(String name) throws Exception {
        return CommittedReader.read(broker.address(), topic(name)).stream()
                .map(record -> Tuple2.of(record.key(), record.value()))
                .toList();
    }

    @Override
    public Tuple2<String, String> testRecord(int number) {
        return Tuple2.of("key " + number % 3, "value " + number);
    }

    @Override
    public boolean canRetract() {
        return false;
    }

    @Override
    public synchronized void close() {
        opened.forEach(KafkaOutput::close);
    }
}
