/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.millrace.MillraceConf;
import dev.millrace.Tuple2;
import dev.millrace.rdd.HashPartitioner;
import dev.millrace.rdd.RDD;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.PairDStream;
import dev.millrace.streaming.StreamingContext;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.function.Consumer;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.apache.kafka.clients.admin.FeatureUpdate;
import org.apache.kafka.clients.admin.UpdateFeaturesOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.IntegerSerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Programs that write into topics of a real broker. */
@ExtendWith(SharedBroker.class)
class KafkaOutputTest {
    @TempDir
    Path checkpoint;

    private static int topics;

    private final KafkaBroker broker;

    private String topic = "";

    KafkaOutputTest(KafkaBroker broker) {
        this.broker = broker;
    }

    @BeforeEach
    void makeTopic() throws Exception {
        topic = "written-" + topics++;
        broker.createTopic(topic, 2);
    }

    private KafkaOutput<String, String> output() {
        return Kafka.to(topic)
                .servers(broker.address())
                .key(StringSerializer::new)
                .value(StringSerializer::new);
    }

    /** Ten records a batch, of three keys, of which each stays in one partition of the RDD. */
    private void run(int batches, Consumer<PairDStream<String, String>> program) {
        try (StreamingContext ssc =
                new StreamingContext(new MillraceConf().setMaster("local[2]"), Durations.seconds(1))) {
            ssc.checkpoint(checkpoint.toString());
            Queue<RDD<Integer>> queue = new ArrayDeque<>();
            for (int batch = 0; batch < 10; batch++) {
                List<Integer> numbers = new ArrayList<>();
                for (int i = 0; i < 10; i++) {
                    numbers.add(batch * 10 + i);
                }
                queue.add(ssc.millraceContext().parallelize(numbers, 2));
            }
            program.accept(ssc.queueStream(queue)
                    .named("numbers")
                    .mapToPair(number -> Tuple2.of("key " + number % 3, String.valueOf(number))));
            ssc.runBatches(batches);
        }
    }

    private List<Integer> read(String key) {
        return CommittedReader.read(broker.address(), topic).stream()
                .filter(record -> record.key().equals(key))
                .map(record -> Integer.valueOf(record.value()))
                .toList();
    }

    private static List<Integer> until(int end, int key) {
        List<Integer> numbers = new ArrayList<>();
        for (int i = key; i < end; i += 3) {
            numbers.add(i);
        }
        return numbers;
    }

    @Test
    void shouldKeepTheOrderOfEachKeyOverBatchesRestartsAndNumbersOfWriters() {
        for (int writers : new int[] {2, 3, 1}) {
            run(
                    2,
                    pairs -> pairs.transformToPair(rdd -> rdd.partitionBy(new HashPartitioner(4)))
                            .to(output().writers(writers))
                            .named("totals"));
        }
        for (int key = 0; key < 3; key++) {
            assertThat(read("key " + key)).isEqualTo(until(60, key));
        }
    }

    @Test
    void shouldRefuseARecordThatIsTooLargeBeforeItsBatchIsDecided() throws Exception {
        broker.createTopic("small-" + topic, 1, Map.of("max.message.bytes", "1000"));
        topic = "small-" + topic;
        Throwable failure = catchThrowable(() -> run(
                1,
                pairs -> pairs.mapValues(value -> value.equals("3") ? "x".repeat(2000) : value)
                        .to(output())
                        .named("totals")));
        assertThat(failure)
                .hasMessageContaining(
                        "a record for the topic " + topic + " is too large: with what Kafka adds to it, it has"
                                + " 2,213 bytes, and max.message.bytes of the topic is 1,000; its key is key 0. Raise the limit, or keep"
                                + " such records from the output")
                .hasMessageContaining("its next start runs this batch again");
        run(1, pairs -> pairs.to(output()).named("totals"));
        assertThat(read("key 0")).isEqualTo(until(20, 0));
    }

    @Test
    void shouldRefuseARecordThatItsSerializerDoesNotTake() {
        @SuppressWarnings({"unchecked", "rawtypes"}) // what a program with raw types does
        SerializerSupplier<String> wrong =
                () -> (org.apache.kafka.common.serialization.Serializer) new IntegerSerializer();
        Throwable failure = catchThrowable(
                () -> run(1, pairs -> pairs.to(output().value(wrong)).named("totals")));
        assertThat(failure)
                .hasMessageContaining("a record for the topic " + topic + " with the key key 0 cannot be serialized: ")
                .hasMessageContaining("; give the output the serializers of its types");
    }

    @Test
    void shouldRefuseOneObjectForTwoOutputs() {
        KafkaOutput<String, String> shared = output();
        assertThat(catchThrowable(() -> run(1, pairs -> {
                    pairs.to(shared).named("totals");
                    pairs.mapValues(value -> value + " again").to(shared).named("others");
                })))
                .hasMessage("the outputs \"totals\" and \"others\" are one object (the topic " + topic
                        + "), and each needs one of its own: call Kafka.to(...) for each");
        run(1, pairs -> pairs.to(shared).named("totals"));
        assertThat(read("key 0")).isEqualTo(until(10, 0));
    }

    private static StreamingContext program(KafkaOutput<String, String> output, Path checkpoint, String... values) {
        StreamingContext ssc = new StreamingContext(new MillraceConf().setMaster("local[2]"), Durations.seconds(1));
        ssc.checkpoint(checkpoint.toString());
        Queue<RDD<String>> queue = new ArrayDeque<>();
        for (String value : values) {
            queue.add(ssc.millraceContext().parallelize(List.of(value), 1));
        }
        ssc.queueStream(queue)
                .named("values")
                .mapToPair(value -> Tuple2.of("key", value))
                .to(output)
                .named("totals");
        return ssc;
    }

    /** The writers of the first were closed, and it wrote by those of the second. */
    @Test
    void shouldRefuseOneObjectInTwoProgramsThatRunAndLeaveTheFirstAlone() {
        KafkaOutput<String, String> shared = output();
        try (StreamingContext first = program(shared, checkpoint.resolve("first"), "a", "b");
                StreamingContext second = program(shared, checkpoint.resolve("second"), "c")) {
            first.runBatches(1);
            assertThat(catchThrowable(() -> second.runBatches(1)))
                    .hasMessage("the output \"totals\" (the topic " + topic
                            + ") is one object with an output of another program that runs in this process, and each needs"
                            + " one of its own: call Kafka.to(...) for each");
            first.runBatches(1);
            first.close();
            second.runBatches(1);
        }
        assertThat(CommittedReader.values(broker.address(), topic)).containsExactlyInAnyOrder("a", "b", "c");
    }

    @Test
    void shouldWriteAtLeastOnceWithoutTransactions() {
        run(3, pairs -> pairs.foreachBatch(output().atLeastOnce()).named("totals"));
        assertThat(read("key 0")).containsExactlyInAnyOrderElementsOf(until(30, 0));
        ConsumerRecord<String, String> one =
                CommittedReader.read(broker.address(), topic).get(0);
        assertThat(new String(one.headers().lastHeader("millrace").value(), StandardCharsets.UTF_8))
                .endsWith("/0/totals");
    }

    @Test
    void shouldSayWhatBrokersCannotPromiseThatAreTooOld() throws Exception {
        List<String> warnings = new ArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord record) {
                warnings.add(record.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger("dev.millrace.streaming.output");
        logger.addHandler(handler);
        try {
            transactionVersion((short) 1, FeatureUpdate.UpgradeType.SAFE_DOWNGRADE);
            run(1, pairs -> pairs.to(output()).named("totals"));
        } finally {
            logger.removeHandler(handler);
            transactionVersion((short) 2, FeatureUpdate.UpgradeType.UPGRADE);
        }
        assertThat(read("key 0")).isEqualTo(until(10, 0));
        assertThat(warnings)
                .containsExactly(
                        "the brokers at " + broker.address() + " have transaction.version 1, so the output \"totals\""
                                + " cannot promise exactly once: a request that is late may become part of a later transaction. Upgrade"
                                + " them to 4.0 or later, and then the feature: kafka-features.sh upgrade --feature transaction.version=2");
    }

    private void transactionVersion(short version, FeatureUpdate.UpgradeType how) throws Exception {
        KafkaBroker.get(broker.admin()
                .updateFeatures(
                        Map.of("transaction.version", new FeatureUpdate(version, how)), new UpdateFeaturesOptions())
                .all());
    }
}
