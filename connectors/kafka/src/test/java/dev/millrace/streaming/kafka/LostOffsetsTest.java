/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.error.RefusedException;
import dev.millrace.streaming.StreamingContext;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Records that are not there any more when the program comes to them. */
@ExtendWith(SharedBroker.class)
class LostOffsetsTest {
    private static final String WAYS_ON = "; these records are lost for this program: set"
            + " millrace.streaming.kafka.lostOffsets to earliest to go on with what is there, or to latest to go on with what"
            + " comes, or begin anew with another checkpoint directory";

    private final KafkaBroker broker;

    @TempDir
    Path checkpoint;

    LostOffsetsTest(KafkaBroker broker) {
        this.broker = broker;
    }

    private static String place() {
        return "orders (from at Orders.java:";
    }

    @Test
    void shouldRefuseOffsetsThatRetentionHasDeleted() throws Exception {
        broker.createTopic("deleted", 1);
        Sent.to(broker, "deleted", 0, "a", "b");
        Orders orders = Orders.of(broker, "deleted").keptIn(checkpoint);
        orders.run(1);
        Sent.to(broker, "deleted", 0, "c", "d", "e");
        broker.deleteRecords("deleted", 0, 4);

        assertThatThrownBy(() -> orders.run(1))
                .hasMessageContaining(place())
                .hasMessageContaining(
                        "): the offsets 2 to 4 of partition 0 of topic deleted are deleted, by retention or on"
                                + " demand; the log begins at 4" + WAYS_ON);
        assertThat(orders.set(LostOffsets.KEY, "earliest").run(1)).containsExactly(List.of("0:4=e"));
    }

    @Test
    void shouldGoOnWithWhatComesIfTheProgramSaysSo() throws Exception {
        broker.createTopic("deleted-latest", 1);
        Sent.to(broker, "deleted-latest", 0, "a", "b");
        Orders orders = Orders.of(broker, "deleted-latest").keptIn(checkpoint).set(LostOffsets.KEY, "latest");
        orders.run(1);
        Sent.to(broker, "deleted-latest", 0, "c", "d", "e");
        broker.deleteRecords("deleted-latest", 0, 4);
        List<List<String>> seen = new ArrayList<>();
        try (StreamingContext ssc = orders.context(seen)) {
            ssc.runBatches(1);
            Sent.to(broker, "deleted-latest", 0, "f");
            ssc.runBatches(1);
        }

        assertThat(seen).containsExactly(List.of(), List.of("0:5=f"));
    }

    @Test
    void shouldRefuseAStartOffsetThatIsNotInTheLog() throws Exception {
        broker.createTopic("start", 1);
        Sent.to(broker, "start", 0, "a", "b", "c", "d");
        broker.deleteRecords("start", 0, 2);
        Orders beyond = startingAt("start", 99).keptIn(checkpoint);
        Orders deleted = startingAt("start", 1);
        String waysOn =
                "; give another offset, or set millrace.streaming.kafka.lostOffsets to earliest to begin with what is"
                        + " there, or to latest to begin with what comes";

        for (int i = 0; i < 2; i++) { // nothing of the refused start is kept
            assertThatThrownBy(() -> beyond.run(1))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining(place())
                    .hasMessageEndingWith(
                            "): the start offset 99 is given for partition 0 of topic start, and the log ends" + " at 4"
                                    + waysOn);
        }
        assertThatThrownBy(() -> deleted.run(1))
                .isInstanceOf(RefusedException.class)
                .hasMessageEndingWith(
                        "): the start offset 1 is given for partition 0 of topic start, and what was before 2"
                                + " is deleted, by retention or on demand" + waysOn);
        assertThat(deleted.set(LostOffsets.KEY, "earliest").run(1)).containsExactly(List.of("0:2=c", "0:3=d"));
        assertThat(beyond.set(LostOffsets.KEY, "latest").run(1)).containsExactly(List.of());
        assertThat(startingAt("start", 4).run(1)).containsExactly(List.of()); // the end is a place to begin at
    }

    @Test
    void shouldRefuseAStartOffsetBelowZeroWhereItIsGiven() {
        String told =
                "the start offset -5 is given for partition 0 of topic below; an offset is 0 or more: leave it out to"
                        + " begin where the group is, or as auto.offset.reset says";
        Map<TopicPartition, Long> offsets = Map.of(new TopicPartition("below", 0), -5L);

        assertThatThrownBy(() -> Kafka.topic("below").startingAt(offsets))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(told);
        assertThatThrownBy(() -> ConsumerStrategies.Subscribe(List.of("below"), Map.of(), offsets))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(told);
    }

    private Orders startingAt(String topic, long offset) {
        return Orders.of(broker, topic).with(source -> source.startingAt(Map.of(new TopicPartition(topic, 0), offset)));
    }

    @Test
    void shouldRefuseAPlannedRangeThatIsDeletedBeforeItIsReadAgain() throws Exception {
        broker.createTopic("planned", 1);
        Sent.to(broker, "planned", 0, "a", "b", "c");
        Orders orders = Orders.of(broker, "planned").keptIn(checkpoint);
        failOnce(orders);
        broker.deleteRecords("planned", 0, 2);

        assertThatThrownBy(() -> orders.run(1))
                .hasMessageContaining(
                        "): the offsets 0 to 2 of partition 0 of topic planned are deleted, by retention or on"
                                + " demand; the log begins at 2; a batch has the offsets 0 to 3" + WAYS_ON);
        Collection<String> told;
        List<List<String>> seen = new ArrayList<>();
        try (StreamingContext ssc = orders.set(LostOffsets.KEY, "earliest").context(seen)) {
            told = Told.problems(ssc);
            ssc.runBatches(1);
        }
        assertThat(seen).containsExactly(List.of("0:2=c"), List.of());
        assertThat(told)
                .singleElement()
                .asString()
                .endsWith(
                        "): the offsets 0 to 2 of partition 0 of topic planned are deleted, by retention or on demand; the log"
                                + " begins at 2; a batch has the offsets 0 to 3; goes on with what is there, because"
                                + " millrace.streaming.kafka.lostOffsets is earliest");
    }

    @Test
    void shouldRefuseAPlannedRangeOfATopicThatWasMadeAgain() throws Exception {
        broker.createTopic("planned-again", 1);
        Sent.to(broker, "planned-again", 0, "a", "b");
        Orders orders = Orders.of(broker, "planned-again").keptIn(checkpoint);
        failOnce(orders);
        String first = id(broker, "planned-again");
        String second = makeAgain("planned-again");

        assertThatThrownBy(() -> orders.run(1))
                .hasMessageContaining(
                        "): topic planned-again was deleted and made again: a batch has the offsets 0 to 2 of"
                                + " partition 0 of " + first + ", and it is " + second + " now" + WAYS_ON);
        assertThat(orders.set(LostOffsets.KEY, "earliest").run(1))
                .containsExactly(List.of(), List.of("0:0=other 1", "0:1=other 2", "0:2=other 3"));
    }

    /** Plans a batch that is not decided. */
    private static void failOnce(Orders orders) {
        assertThatThrownBy(() -> orders.with(source -> source.value(FailingDeserializer::new))
                        .run(1))
                .hasMessageContaining("no more today");
    }

    /** Fails its task for another reason than the record. */
    static final class FailingDeserializer extends org.apache.kafka.common.serialization.StringDeserializer {
        @Override
        public String deserialize(String topic, org.apache.kafka.common.header.Headers headers, byte[] data) {
            throw new IllegalStateException("no more today");
        }
    }

    @Test
    void shouldRefuseATopicThatWasMadeAgain() throws Exception {
        broker.createTopic("made-again", 1);
        Sent.to(broker, "made-again", 0, "a", "b");
        Orders orders = Orders.of(broker, "made-again").keptIn(checkpoint);
        orders.run(1);
        String first = id(broker, "made-again");
        String second = makeAgain("made-again");

        assertThatThrownBy(() -> orders.run(1))
                .hasMessageContaining("): topic made-again was deleted and made again: it was read as " + first
                        + ", in partition 0 until offset 2, and is " + second + " now" + WAYS_ON);
        assertThat(orders.set(LostOffsets.KEY, "earliest").run(1))
                .containsExactly(List.of("0:0=other 1", "0:1=other 2", "0:2=other 3"));
    }

    /** Returns the id of the other topic, which has three records. */
    private String makeAgain(String topic) throws Exception {
        broker.deleteTopic(topic);
        broker.createTopic(topic, 1);
        Sent.to(broker, topic, 0, "other 1", "other 2", "other 3");
        return id(broker, topic);
    }

    private static String id(KafkaBroker broker, String topic) throws Exception {
        Admin admin = broker.admin();
        return KafkaBroker.get(admin.describeTopics(List.of(topic)).allTopicNames())
                .get(topic)
                .topicId()
                .toString();
    }

    @Test
    @Tag("full")
    void shouldRefuseALogThatWasCut(@TempDir Path directory) throws Exception {
        try (KafkaBroker own = KafkaBroker.start(directory)) {
            for (String topic : List.of("cut", "grown")) {
                own.createTopic(topic, 1);
                Sent.to(own, topic, 0, "a", "b", "c");
            }
            Orders orders = Orders.of(own, "cut").keptIn(checkpoint.resolve("cut"));
            orders.run(1);
            Orders grown = Orders.of(own, "grown").keptIn(checkpoint.resolve("grown"));
            grown.run(1);
            own.stop();
            cut(own.logDirectory("cut", 0));
            cut(own.logDirectory("grown", 0));
            own.restart();

            assertThatThrownBy(() -> orders.run(1))
                    .hasMessageContaining(
                            "): the log of partition 0 of topic cut was cut: it was read until offset 3, and ends at"
                                    + " 0 now" + WAYS_ON);
            Sent.to(own, "cut", 0, "d");
            assertThat(orders.set(LostOffsets.KEY, "earliest").run(1)).containsExactly(List.of("0:0=d"));

            Sent.to(own, "grown", 0, "d", "e", "f", "g", "h");
            assertThatThrownBy(() -> grown.run(1)) // by the leader's epoch, for the offset is there
                    .hasMessageContaining(
                            "): the log of partition 0 of topic grown was cut, and has other records or none from"
                                    + " some offset before 5 on; it ends at 5 now; a batch has the offsets 3 to 5"
                                    + WAYS_ON);
        }
    }

    /** Deletes what a broker had written, as after a disk that lost it. */
    private static void cut(Path log) throws Exception {
        try (Stream<Path> files = Files.list(log)) {
            for (Path file :
                    (Iterable<Path>) files.filter(each -> each.toString().endsWith(".log"))::iterator) {
                try (RandomAccessFile segment = new RandomAccessFile(file.toFile(), "rw")) {
                    segment.setLength(0);
                }
            }
        }
        for (String index : List.of(".index", ".timeindex", ".snapshot")) {
            try (Stream<Path> files = Files.list(log)) {
                for (Path file :
                        (Iterable<Path>) files.filter(each -> each.toString().endsWith(index))::iterator) {
                    Files.delete(file);
                }
            }
        }
    }
}
