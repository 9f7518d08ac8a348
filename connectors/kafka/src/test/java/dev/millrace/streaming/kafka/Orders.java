/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import dev.millrace.MillraceConf;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StreamingContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;

/** A program in virtual time that collects what a source of Kafka gives, batch by batch. */
final class Orders {
    private final UnaryOperator<KafkaSource<String, String>> changes;
    private final KafkaSource<byte[], byte[]> bytes;
    private final Map<String, String> settings;
    private final @Nullable Path checkpoint;

    private Orders(
            KafkaSource<byte[], byte[]> bytes,
            UnaryOperator<KafkaSource<String, String>> changes,
            Map<String, String> settings,
            @Nullable Path checkpoint) {
        this.bytes = bytes;
        this.changes = changes;
        this.settings = settings;
        this.checkpoint = checkpoint;
    }

    /** Reads a topic from its beginning. */
    static Orders of(KafkaBroker broker, String topic) {
        return of(broker, Kafka.topic(topic));
    }

    static Orders of(KafkaBroker broker, KafkaSource<byte[], byte[]> bytes) {
        return new Orders(
                bytes.servers(broker.address()).with("auto.offset.reset", "earliest"),
                source -> source,
                Map.of(),
                null);
    }

    Orders with(UnaryOperator<KafkaSource<String, String>> other) {
        return new Orders(bytes, other, settings, checkpoint);
    }

    Orders set(String key, String value) {
        return new Orders(bytes, changes, Map.of(key, value), checkpoint);
    }

    Orders keptIn(Path directory) {
        return new Orders(bytes, changes, settings, directory);
    }

    KafkaSource<String, String> source() {
        return changes.apply(bytes.key(StringDeserializer::new).value(StringDeserializer::new));
    }

    StreamingContext context(List<List<String>> batches) {
        MillraceConf conf = new MillraceConf().setMaster("local[2]");
        settings.forEach(conf::set);
        StreamingContext ssc = new StreamingContext(conf, Durations.seconds(1));
        if (checkpoint != null) {
            ssc.checkpoint(checkpoint.toString());
        }
        ssc.from(source())
                .named("orders")
                .foreachRDD(rdd -> batches.add(rdd.map(Sent::shown).collect()));
        return ssc;
    }

    /** What each of some batches has. */
    List<List<String>> run(int batches) {
        List<List<String>> seen = new ArrayList<>();
        try (StreamingContext ssc = context(seen)) {
            ssc.runBatches(batches);
        }
        return seen;
    }
}
