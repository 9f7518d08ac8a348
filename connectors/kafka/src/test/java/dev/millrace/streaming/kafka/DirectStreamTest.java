/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.MillraceConf;
import dev.millrace.rdd.TaskContext;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.InputDStream;
import dev.millrace.streaming.StreamingContext;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The stream as programs for the original make it, and its idioms. */
@ExtendWith(SharedBroker.class)
class DirectStreamTest {
    private static final Duration SECOND = Durations.seconds(1);

    private final KafkaBroker broker;

    @TempDir
    Path checkpoint;

    DirectStreamTest(KafkaBroker broker) {
        this.broker = broker;
    }

    private Map<String, Object> params(String group, String reset) {
        return Map.of(
                "bootstrap.servers",
                broker.address(),
                "key.deserializer",
                StringDeserializer.class,
                "value.deserializer",
                StringDeserializer.class,
                "group.id",
                group,
                "auto.offset.reset",
                reset,
                "enable.auto.commit",
                false);
    }

    private static StreamingContext context() {
        return new StreamingContext(new MillraceConf().setMaster("local[2]"), SECOND);
    }

    private InputDStream<ConsumerRecord<String, String>> stream(StreamingContext ssc, String topic, String reset) {
        return KafkaUtils.createDirectStream(
                ssc,
                LocationStrategies.PreferConsistent(),
                ConsumerStrategies.<String, String>Subscribe(Set.of(topic), params(topic, reset)));
    }

    @Test
    void shouldReadEachRecordOnceAndInOrder() throws Exception {
        broker.createTopic("each-once", 2);
        Sent.to(broker, "each-once", 0, "a", "b");
        Sent.to(broker, "each-once", 1, "c");
        List<List<String>> batches = new ArrayList<>();
        try (StreamingContext ssc = context()) {
            stream(ssc, "each-once", "earliest")
                    .foreachRDD(rdd -> batches.add(rdd.map(Sent::shown).collect()));
            ssc.runBatches(1);
            Sent.to(broker, "each-once", 1, "d", "e");
            ssc.runBatches(2);
        }

        assertThat(batches).containsExactly(List.of("0:0=a", "0:1=b", "1:0=c"), List.of("1:1=d", "1:2=e"), List.of());
    }

    @Test
    void shouldTellTheOffsetsOfABatchAsTheOriginalDoes() throws Exception {
        broker.createTopic("ranges", 2);
        Sent.to(broker, "ranges", 0, "a", "b");
        AtomicReference<OffsetRange[]> ranges = new AtomicReference<>();
        List<OffsetRange> ofBatches = new ArrayList<>();
        List<String> byPartition = new ArrayList<>();
        try (StreamingContext ssc = context()) {
            stream(ssc, "ranges", "earliest")
                    .transform(rdd -> {
                        ranges.set(((HasOffsetRanges) rdd.rdd()).offsetRanges());
                        return rdd;
                    })
                    .foreachRDD(rdd -> {
                        ofBatches.addAll(List.of(ranges.get()));
                        OffsetRange[] taken = ranges.get();
                        byPartition.addAll(rdd.mapPartitions(records -> {
                                    OffsetRange range = taken[TaskContext.get().partitionId()];
                                    return List.of(range.partition() + ":" + range.count())
                                            .iterator();
                                })
                                .collect());
                    });
            ssc.runBatches(2);
        }

        assertThat(ofBatches)
                .containsExactly(
                        OffsetRange.create("ranges", 0, 0, 2),
                        OffsetRange.create("ranges", 1, 0, 0),
                        OffsetRange.create("ranges", 0, 2, 2),
                        OffsetRange.create("ranges", 1, 0, 0));
        assertThat(byPartition).containsExactly("0:2", "1:0", "0:0", "1:0");
    }

    @Test
    void shouldSayOfAnotherRddThatItHasNoOffsets() throws Exception {
        broker.createTopic("derived", 1);
        try (StreamingContext ssc = context()) {
            stream(ssc, "derived", "earliest").map(Sent::shown).foreachRDD(rdd -> {
                assertThatThrownBy(() -> ((HasOffsetRanges) rdd.rdd()).offsetRanges())
                        .isInstanceOf(ClassCastException.class)
                        .hasMessageContaining("class dev.millrace.rdd.NotReadFromASource cannot be cast to class "
                                + HasOffsetRanges.class.getName());
                assertThatThrownBy(() -> HasOffsetRanges.of(rdd))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage(rdd + " has no offset ranges, because it was not read from Kafka as it is; ask the"
                                + " first RDD of the stream, before any operation on it");
            });
            ssc.runBatches(1);
        }
    }

    @Test
    void shouldCommitOffsetsWhenTheProgramDoes() throws Exception {
        broker.createTopic("commits", 1);
        Sent.to(broker, "commits", 0, "a", "b", "c");
        CompletableFuture<Map<TopicPartition, OffsetAndMetadata>> told = new CompletableFuture<>();
        try (StreamingContext ssc = context()) {
            InputDStream<ConsumerRecord<String, String>> stream = stream(ssc, "commits", "earliest");
            stream.foreachRDD(rdd -> {
                OffsetRange[] ranges = ((HasOffsetRanges) rdd.rdd()).offsetRanges();
                ((CanCommitOffsets) stream.inputDStream()).commitAsync(ranges, (offsets, failure) -> {
                    if (failure != null) {
                        told.completeExceptionally(failure);
                    }
                    told.complete(offsets);
                });
            });
            ssc.runBatches(1);
            assertThat(told.get(60, TimeUnit.SECONDS))
                    .isEqualTo(Map.of(new TopicPartition("commits", 0), new OffsetAndMetadata(3)));
        }
        Sent.to(broker, "commits", 0, "d");
        List<String> seen = new ArrayList<>();
        try (StreamingContext ssc = context()) {
            stream(ssc, "commits", "earliest")
                    .foreachRDD(rdd -> seen.addAll(rdd.map(Sent::shown).collect()));
            ssc.runBatches(1);
        }

        assertThat(seen)
                .as("a start without a checkpoint begins at the group's offsets")
                .containsExactly("0:3=d");
    }

    @Test
    void shouldTellTheGroupOfCompleteBatchesInTheShortForm() throws Exception {
        broker.createTopic("short", 1);
        Sent.to(broker, "short", 0, "a", "b");
        List<String> seen = new ArrayList<>();
        for (int run = 0; run < 2; run++) {
            try (StreamingContext ssc = context()) {
                ssc.from(Kafka.topic("short")
                                .servers(broker.address())
                                .group("short")
                                .with("auto.offset.reset", "earliest")
                                .key(StringDeserializer.class)
                                .value(StringDeserializer::new))
                        .map(Sent::shown)
                        .foreachRDD(rdd -> seen.addAll(rdd.collect()));
                ssc.runBatches(1);
            }
            Sent.to(broker, "short", 0, "c");
        }

        assertThat(seen).containsExactly("0:0=a", "0:1=b", "0:2=c");
    }

    @Test
    void shouldRunABatchAgainWithTheSameRecordsAfterARestart() throws Exception {
        broker.createTopic("again", 1);
        Sent.to(broker, "again", 0, "a", "b");
        List<String> first = new ArrayList<>();
        assertThatThrownBy(() -> run("again", 1, seen -> {
                    first.addAll(seen);
                    throw new IllegalStateException("the output is away");
                }))
                .hasMessageContaining("the output is away");
        Sent.to(broker, "again", 0, "c");
        List<List<String>> second = new ArrayList<>();
        run("again", 1, second::add);

        assertThat(first).containsExactly("0:0=a", "0:1=b");
        assertThat(second).containsExactly(List.of("0:0=a", "0:1=b"), List.of("0:2=c"));
    }

    private interface Output {
        void take(List<String> records) throws Exception;
    }

    private void run(String topic, int batches, Output output) {
        try (StreamingContext ssc = context()) {
            ssc.checkpoint(checkpoint.toString());
            stream(ssc, topic, "earliest")
                    .named("orders")
                    .map(Sent::shown)
                    .foreachRDD(rdd -> output.take(rdd.collect()));
            ssc.runBatches(batches);
        }
    }

    @Test
    void shouldTakeAllThatIsThereAndEnd() throws Exception {
        broker.createTopic("available", 2);
        Sent.to(broker, "available", 0, "a", "b");
        List<String> seen = new ArrayList<>();
        try (StreamingContext ssc = context()) {
            stream(ssc, "available", "earliest").map(Sent::shown).foreachRDD(rdd -> seen.addAll(rdd.collect()));
            ssc.runAvailable();
        }

        assertThat(seen).containsExactly("0:0=a", "0:1=b");
    }

    @Test
    void shouldReadGivenRangesAsAnRdd() throws Exception {
        broker.createTopic("ranged", 2);
        Sent.to(broker, "ranged", 0, "a", "b", "c");
        Sent.to(broker, "ranged", 1, "d");
        OffsetRange[] ranges = {OffsetRange.create("ranged", 0, 1, 3), OffsetRange.create("ranged", 1, 0, 1)};
        try (StreamingContext ssc = context()) {
            var rdd = KafkaUtils.<String, String>createRDD(
                    ssc.millraceContext(), params("ranged", "none"), ranges, LocationStrategies.PreferConsistent());

            assertThat(rdd.map(Sent::shown).collect()).containsExactly("0:1=b", "0:2=c", "1:0=d");
            assertThat(((HasOffsetRanges) rdd.rdd()).offsetRanges()).containsExactly(ranges);
            assertThat(rdd.take(1)).hasSize(1);
        }
    }

    @Test
    void shouldReadInRealTimeWithoutBeingAsked() throws Exception {
        broker.createTopic("real-time", 1);
        CompletableFuture<String> first = new CompletableFuture<>();
        try (StreamingContext ssc =
                new StreamingContext(new MillraceConf().setMaster("local[2]"), Durations.milliseconds(50))) {
            stream(ssc, "real-time", "earliest")
                    .map(Sent::shown)
                    .foreachRDD(rdd -> rdd.collect().stream().findFirst().ifPresent(first::complete));
            ssc.start();
            Sent.to(broker, "real-time", 0, "a");
            assertThat(first.get(60, TimeUnit.SECONDS)).isEqualTo("0:0=a");
        }
    }

    /** Counts those that are made: one for each consumer, and one when the stream is checked. */
    public static class CountedDeserializer extends StringDeserializer {
        private static final AtomicInteger MADE = new AtomicInteger();

        public CountedDeserializer() {
            MADE.incrementAndGet();
        }
    }

    @ParameterizedTest
    @CsvSource({"true, 0", "false, 2"})
    void shouldKeepConsumersUnlessItIsToldNotTo(String kept, int madeByTwoMoreBatches) throws Exception {
        String topic = "consumers-kept-" + kept;
        broker.createTopic(topic, 1);
        Map<String, Object> params = new HashMap<>(params(topic, "earliest"));
        params.put("value.deserializer", CountedDeserializer.class);
        MillraceConf conf =
                new MillraceConf().setMaster("local[2]").set("spark.streaming.kafka.consumer.cache.enabled", kept);
        List<String> read = new ArrayList<>();
        try (StreamingContext ssc = new StreamingContext(conf, SECOND)) {
            KafkaUtils.createDirectStream(
                            ssc,
                            LocationStrategies.PreferConsistent(),
                            ConsumerStrategies.<String, String>Subscribe(Set.of(topic), params))
                    .foreachRDD(rdd -> read.addAll(rdd.map(Sent::shown).collect()));
            Sent.to(broker, topic, 0, "a");
            ssc.runBatches(1);
            int before = CountedDeserializer.MADE.get();
            for (String value : List.of("b", "c")) {
                Sent.to(broker, topic, 0, value);
                ssc.runBatches(1);
            }
            assertThat(CountedDeserializer.MADE.get() - before).isEqualTo(madeByTwoMoreBatches);
        }
        assertThat(read).hasSize(3);
    }
}
