/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.streaming.StreamingContext;
import dev.millrace.streaming.event.ReceiverInfo;
import dev.millrace.streaming.event.StreamingListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A consumer group that others use, too. */
@ExtendWith(SharedBroker.class)
class GroupTest {
    private final KafkaBroker broker;

    GroupTest(KafkaBroker broker) {
        this.broker = broker;
    }

    private Consumer<String, String> member(String group) {
        Consumer<String, String> member = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        broker.address(),
                        "group.id",
                        group,
                        "client.id",
                        "somebody",
                        "auto.offset.reset",
                        "earliest"),
                new StringDeserializer(),
                new StringDeserializer());
        member.subscribe(List.of(group));
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (member.assignment().isEmpty() && System.nanoTime() < deadline) {
            member.poll(Duration.ofMillis(100));
        }
        return member;
    }

    @Test
    void shouldNotBeginAtTheOffsetsOfAGroupThatReadsNow() throws Exception {
        broker.createTopic("live", 1);
        try (Consumer<String, String> member = member("live")) {
            assertThat(member.assignment()).isNotEmpty();
            assertThatThrownBy(() -> Orders.of(broker, "live")
                            .with(source -> source.group("live"))
                            .run(1))
                    .hasMessageContaining(
                            "): the group live has 1 member that read now (somebody at /127.0.0.1), so its offsets"
                                    + " are no place to begin at; stop them first, or set another group.id");
        }
    }

    @Test
    void shouldRefuseAnOffsetOfTheGroupThatIsNotInTheLog() throws Exception {
        broker.createTopic("reset", 1);
        Sent.to(broker, "reset", 0, "a", "b");
        KafkaBroker.get(broker.admin()
                .alterConsumerGroupOffsets("reset", Map.of(new TopicPartition("reset", 0), new OffsetAndMetadata(99)))
                .all());
        Orders orders = Orders.of(broker, "reset").with(source -> source.group("reset"));

        assertThatThrownBy(() -> orders.run(1))
                .hasMessageEndingWith(
                        "): the group reset stands at offset 99 of partition 0 of topic reset, and the log ends at 2; set"
                                + " the offsets of the group anew (kafka-consumer-groups.sh --reset-offsets), or set"
                                + " millrace.streaming.kafka.lostOffsets to earliest to begin with what is there, or to latest"
                                + " to begin with what comes");
        assertThat(orders.set(LostOffsets.KEY, "earliest").run(1)).containsExactly(List.of("0:0=a", "0:1=b"));
    }

    /** The one that had opened it last was taken, also when that had ended. */
    @Test
    void shouldTellTheGroupThoughAnotherProgramWithTheSameSourceHasEnded() throws Exception {
        broker.createTopic("twice", 1);
        Sent.to(broker, "twice", 0, "a");
        KafkaSource<String, String> source = Orders.of(broker, "twice")
                .with(each -> each.group("twice").commits(false))
                .source();
        try (StreamingContext first = StreamingContext.local(Duration.ofSeconds(1));
                StreamingContext second = StreamingContext.local(Duration.ofSeconds(1))) {
            first.from(source).foreachRDD(rdd -> source.commitAsync(HasOffsetRanges.of(rdd), null));
            second.from(source).foreachRDD(rdd -> {});
            first.runBatches(0);
            second.runBatches(1);
            second.close();
            first.runBatches(1);
        }
        assertThat(KafkaBroker.get(
                                broker.admin().listConsumerGroupOffsets("twice").partitionsToOffsetAndMetadata())
                        .get(new TopicPartition("twice", 0))
                        .offset())
                .isEqualTo(1);
    }

    @Test
    void shouldOnlyWarnOfACommitThatIsRefused() throws Exception {
        broker.createTopic("refused", 1);
        Sent.to(broker, "refused", 0, "a");
        List<List<String>> seen = new ArrayList<>();
        CompletableFuture<String> told = new CompletableFuture<>();
        try (StreamingContext ssc = Orders.of(broker, "refused")
                .with(source -> source.group("refused"))
                .context(seen)) {
            ssc.addStreamingListener(new StreamingListener() {
                @Override
                public void onReceiverError(ReceiverInfo receiver) {
                    told.complete(receiver.lastErrorMessage());
                }
            });
            ssc.runBatches(1);
            try (Consumer<String, String> member = member("refused")) {
                assertThat(member.assignment()).isNotEmpty();
                Sent.to(broker, "refused", 0, "b");
                ssc.runBatches(1);
                assertThat(told.get(60, TimeUnit.SECONDS))
                        .contains("): the group refused did not take its offsets: Failed altering group offsets")
                        .endsWith(
                                "; the program goes on, since it goes by its own positions, but others see an old one: look"
                                        + " whether other consumers have this group.id");
            }
            Sent.to(broker, "refused", 0, "c");
            ssc.runBatches(1);
        }

        assertThat(seen).containsExactly(List.of("0:0=a"), List.of("0:1=b"), List.of("0:2=c"));
    }
}
