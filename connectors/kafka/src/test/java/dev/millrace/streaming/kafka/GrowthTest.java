/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.streaming.StreamingContext;
import dev.millrace.streaming.event.ReceiverInfo;
import dev.millrace.streaming.event.StreamingListener;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Partitions and topics that come, and where a program begins. */
@ExtendWith(SharedBroker.class)
class GrowthTest {
    private final KafkaBroker broker;

    @TempDir
    Path checkpoint;

    GrowthTest(KafkaBroker broker) {
        this.broker = broker;
    }

    @Test
    void shouldReadPartitionsThatComeLaterFromTheirBeginning() throws Exception {
        broker.createTopic("grows", 1);
        Sent.to(broker, "grows", 0, "before");
        List<List<String>> seen = new ArrayList<>();
        Orders orders = Orders.of(broker, "grows")
                .with(source -> source.with("auto.offset.reset", "latest"))
                .keptIn(checkpoint);
        try (StreamingContext ssc = orders.context(seen)) {
            ssc.runBatches(1);
            broker.extend("grows", 2);
            Sent.to(broker, "grows", 1, "while it runs");
            ssc.runBatches(1);
        }
        broker.extend("grows", 3);
        Sent.to(broker, "grows", 2, "while it is down");

        assertThat(seen).containsExactly(List.of(), List.of("1:0=while it runs"));
        assertThat(orders.run(1)).containsExactly(List.of("2:0=while it is down"));
    }

    @Test
    void shouldReadTopicsThatMatchWhenTheyCome() throws Exception {
        broker.createTopic("like-a", 1);
        broker.createTopic("unlike-a", 1);
        Sent.to(broker, "unlike-a", 0, "no");
        List<List<String>> seen = new ArrayList<>();
        try (StreamingContext ssc =
                Orders.of(broker, Kafka.topicsLike(Pattern.compile("like-.*"))).context(seen)) {
            ssc.runBatches(1);
            broker.createTopic("like-b", 1);
            Sent.to(broker, "like-b", 0, "b");
            Sent.to(broker, "like-a", 0, "a");
            ssc.runBatches(1);
        }

        assertThat(seen).containsExactly(List.of(), List.of("0:0=a", "0:0=b"));
    }

    @Test
    void shouldRefuseATopicThatIsNotThere() {
        assertThatThrownBy(() -> Orders.of(broker, "misspelt").run(1))
                .hasMessageContaining("): topic misspelt cannot be found at " + broker.address()
                        + "; correct the name, or make the topic before the program starts");
    }

    @Test
    void shouldRefuseAPartitionThatIsNotThere() throws Exception {
        broker.createTopic("one-partition", 1);
        Map<String, Object> settings = Map.of(
                "bootstrap.servers", broker.address(),
                "key.deserializer", StringDeserializer.class.getName(),
                "value.deserializer", StringDeserializer.class);
        List<TopicPartition> partitions =
                List.of(new TopicPartition("one-partition", 0), new TopicPartition("one-partition", 7));
        try (StreamingContext ssc = StreamingContext.local(Duration.ofSeconds(1))) {
            KafkaUtils.createDirectStream(
                            ssc,
                            LocationStrategies.PreferConsistent(),
                            ConsumerStrategies.<String, String>Assign(partitions, settings))
                    .foreachRDD(rdd -> {});
            assertThatThrownBy(() -> ssc.runBatches(1))
                    .hasMessageMatching("from at GrowthTest.java:[0-9]+: .*")
                    .hasMessageEndingWith(": partition 7 of topic one-partition cannot be found at " + broker.address()
                            + "; correct the number, or add partitions before the program starts");
        }
    }

    @Test
    @Tag("full")
    void shouldSayThatATopicIsGoneAndGoOnWhenItIsThereAgain() throws Exception {
        broker.createTopic("goes", 1);
        List<List<String>> seen = new ArrayList<>();
        Orders orders = Orders.of(broker, "goes").set(LostOffsets.KEY, "earliest");
        try (StreamingContext ssc = orders.context(seen)) {
            BlockingQueue<String> problems = Told.problems(ssc);
            ssc.runBatches(1);
            broker.deleteTopic("goes");
            assertThat(Told.next(problems, "topic goes "))
                    .contains("): topic goes is not at the brokers at " + broker.address()
                            + " any more; asks again after ");
            broker.createTopic("goes", 1);
            Sent.to(broker, "goes", 0, "new");
            ssc.runBatches(1);
        }

        assertThat(seen).containsExactly(List.of(), List.of("0:0=new"));
    }

    @Test
    void shouldBeginAtATimeOrAtOffsets() throws Exception {
        broker.createTopic("times", 2, Map.of("retention.ms", "-1")); // its records are of 1970
        try (Producer<String, String> producer = broker.producer(Map.of())) {
            for (long time : new long[] {1000, 2000, 3000}) {
                KafkaBroker.get(producer.send(new ProducerRecord<>("times", 0, time, null, "at " + time)));
                KafkaBroker.get(producer.send(new ProducerRecord<>("times", 1, time, null, "at " + time)));
            }
        }
        Orders orders = Orders.of(broker, "times");

        assertThat(orders.with(source -> source.startingAt(Instant.ofEpochMilli(2500)))
                        .run(1))
                .containsExactly(List.of("0:2=at 3000", "1:2=at 3000"));
        assertThat(orders.with(source -> source.startingAt(Instant.ofEpochMilli(3500)))
                        .run(1))
                .containsExactly(List.of());
        assertThat(orders.with(source -> source.startingAt(Map.of(new TopicPartition("times", 1), 1L))
                                .with("auto.offset.reset", "latest"))
                        .run(1))
                .containsExactly(List.of("1:1=at 2000", "1:2=at 3000"));
    }

    @Test
    void shouldAskLessAndLessOftenWhileSomebodyWaitsAndATopicIsGone() throws Exception {
        broker.createTopic("leaves-1", 1);
        broker.createTopic("leaves-2", 1);
        BlockingQueue<Map.Entry<Long, String>> problems = new LinkedBlockingQueue<>();
        CompletableFuture<Void> waits;
        try (StreamingContext ssc =
                Orders.of(broker, Kafka.topic("leaves-1", "leaves-2")).context(new ArrayList<>())) {
            ssc.addStreamingListener(new StreamingListener() {
                @Override
                public void onReceiverError(ReceiverInfo receiver) {
                    problems.add(Map.entry(System.nanoTime(), receiver.lastErrorMessage()));
                }
            });
            ssc.runBatches(1);
            broker.deleteTopic("leaves-1");
            broker.deleteTopic("leaves-2");
            waits = CompletableFuture.runAsync(ssc::runAvailable);
            Map.Entry<Long, String> first = problems.take();
            while (!first.getValue().contains("): topics leaves-1, leaves-2 are not at the brokers at ")) {
                first = problems.take(); // it was asking when they went
            }
            problems.take();
            problems.take();
            assertThat(problems.take().getKey() - first.getKey())
                    .isGreaterThan(600_000_000L); // after 100, 200 and 400 ms
        }
        assertThat(waits.handle((done, failure) -> true).get(60, TimeUnit.SECONDS))
                .isTrue();
    }

    @Test
    void shouldGoOnWithTheOtherTopicsWhenOneIsGone() throws Exception {
        broker.createTopic("stays", 1);
        broker.createTopic("leaves", 1);
        List<List<String>> seen = new ArrayList<>();
        Orders orders = Orders.of(broker, Kafka.topic("stays", "leaves")).set(LostOffsets.KEY, "earliest");
        try (StreamingContext ssc = orders.context(seen)) {
            BlockingQueue<String> problems = Told.problems(ssc);
            ssc.runBatches(1);
            broker.deleteTopic("leaves");
            Sent.to(broker, "stays", 0, "a");
            ssc.runBatches(1);
            assertThat(Told.next(problems, "topic leaves "))
                    .endsWith(
                            "): topic leaves is not at the brokers at " + broker.address()
                                    + " any more; the stream goes on with the others, and reads what is made anew under that name");
            broker.createTopic("leaves", 1);
            Sent.to(broker, "leaves", 0, "again");
            Sent.to(broker, "stays", 0, "b");
            ssc.runBatches(1);
        }

        assertThat(seen).containsExactly(List.of(), List.of("0:0=a"), List.of("0:0=again", "0:1=b"));
    }

    /** It waited for ever, so a job that cron starts never ended. */
    @Test
    void shouldEndARunInVirtualTimeWhenItsTopicStaysAway() throws Exception {
        broker.createTopic("away", 1);
        Orders orders = Orders.of(broker, "away").set(Reading.PATIENCE, "3s");
        try (StreamingContext ssc = orders.context(new ArrayList<>())) {
            BlockingQueue<String> problems = Told.problems(ssc);
            ssc.runBatches(1);
            broker.deleteTopic("away");
            Told.next(problems, " any more; asks again after "); // then each answer is that
            assertThatThrownBy(ssc::runAvailable)
                    .hasMessageMatching("orders \\(from at Orders.java:[0-9]+\\): .* " + broker.address() + " any more;"
                            + " runBatches and runAvailable wait 3000 ms for that: bring back what is missing, or raise"
                            + " millrace.streaming.kafka.consumer.poll.ms");
        }
    }

    @Test
    void shouldRefuseStartOffsetsOfPartitionsThatAreNotRead() throws Exception {
        broker.createTopic("begun", 1);
        Sent.to(broker, "begun", 0, "a", "b");
        Orders orders = Orders.of(broker, "begun").keptIn(checkpoint);

        assertThatThrownBy(() -> orders.with(source -> source.startingAt(
                                Map.of(new TopicPartition("begun", 1), 1L, new TopicPartition("begunn", 0), 1L)))
                        .run(1))
                .hasMessageEndingWith(
                        ": start offsets are given for partition 0 of topic begunn, partition 1 of topic begun, which"
                                + " the stream does not read, or which is not there; correct the topic or the number, or leave that"
                                + " offset out");
        assertThat(orders.with(source -> source.startingAt(Map.of(new TopicPartition("begun", 0), 1L)))
                        .run(1))
                .containsExactly(List.of("0:1=b"));
        assertThat(orders.with(source -> source.startingAt(Map.of(new TopicPartition("gone", 0), 1L)))
                        .run(1))
                .containsExactly(List.of()); // the checkpoint says where, and nobody asks for these
    }

    @Test
    void shouldNotGuessWhereToBegin() throws Exception {
        broker.createTopic("none", 1);
        assertThatThrownBy(() -> Orders.of(broker, "none")
                        .with(source -> source.with("auto.offset.reset", "none"))
                        .run(1))
                .hasMessageContaining(
                        "): nothing says where to begin in partition 0 of topic none: there is no group.id, and"
                                + " auto.offset.reset is none; give start offsets, or set auto.offset.reset to earliest or latest");
    }

    @Test
    void shouldMakeWhatComesAfterTheStartNewEvenIfNoBatchRan() throws Exception {
        broker.createTopic("chosen", 1);
        Sent.to(broker, "chosen", 0, "before");
        Orders orders = Orders.of(broker, "chosen")
                .with(source -> source.with("auto.offset.reset", "latest"))
                .keptIn(checkpoint);
        orders.run(0);
        Sent.to(broker, "chosen", 0, "after");

        assertThat(orders.run(1)).containsExactly(List.of("0:1=after"));
    }
}
