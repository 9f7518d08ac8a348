/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.error.CheckpointException;
import dev.millrace.error.MillraceException;
import dev.millrace.spi.OutputPart;
import dev.millrace.streaming.BatchTime;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong between writers and a real broker. Rows come one by one here, as a batch of a program gives them. */
class KafkaOutputFaultsTest {
    @TempDir
    static Path directory;

    private static KafkaBroker broker;
    private static LossyProxy proxy;
    private static int topics;

    private final List<KafkaOutput<?, ?>> opened = new ArrayList<>();
    private final TestRun first = TestRun.first();
    private String topic = "";

    @BeforeAll
    static void start() throws Exception {
        proxy = new LossyProxy();
        broker = KafkaBroker.start(directory, Map.of("advertised.listeners", "PLAINTEXT://127.0.0.1:" + proxy.port()));
        proxy.to(Integer.parseInt(broker.address().substring(broker.address().indexOf(':') + 1)));
    }

    @AfterAll
    static void stop() throws Exception {
        broker.close();
        proxy.close();
    }

    @BeforeEach
    void makeTopic() throws Exception {
        topic = "totals-" + topics++;
        broker.createTopic(topic, 1);
    }

    @AfterEach
    void closeAll() {
        opened.forEach(KafkaOutput::close);
    }

    private KafkaOutput<String, String> output() {
        return Kafka.to(topic)
                .servers(broker.address())
                .key(StringSerializer::new)
                .value(StringSerializer::new);
    }

    private KafkaOutput<String, String> open(KafkaOutput<String, String> output, TestRun run) throws Exception {
        opened.add(output);
        output.open(run);
        return output;
    }

    private static List<byte[]> rows(String... values) {
        return Stream.of(values)
                .map(value -> new RowBytes(bytes("k"), bytes(value)).encode())
                .toList();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private List<String> read() {
        return CommittedReader.values(broker.address(), topic);
    }

    @Test
    void shouldSayInAHeaderOfEachRowWhichBatchItIsOf() throws Exception {
        open(output(), first).write(first.part(1000, 0, 1), rows("a"));
        var record = CommittedReader.read(broker.address(), topic).get(0);
        assertThat(record.key()).isEqualTo("k");
        assertThat(new String(record.headers().lastHeader("millrace").value(), StandardCharsets.UTF_8))
                .isEqualTo(first.checkpointId() + "/1000/0/totals");
    }

    @Test
    void shouldWriteOnceWhenTheAnswerToACommitIsLost() throws Exception {
        KafkaOutput<String, String> output = open(output(), first);
        proxy.loseCommits(2);
        int before = proxy.lost();
        output.write(first.part(1000, 0, 1), rows("a", "b"));
        output.write(first.part(2000, 0, 1), rows("c"));
        assertThat(proxy.lost() - before).isEqualTo(2);
        assertThat(read()).containsExactly("a", "b", "c");
    }

    @Test
    @Tag("full")
    void shouldAskForTheSameCommitAgainWhenTheClientHasGivenUp() throws Exception {
        AtomicInteger unanswered = new AtomicInteger();
        KafkaOutput<String, String> output = open(
                output().with("max.block.ms", 3000).with(new TestInstruments() {
                    @Override
                    void unanswered() {
                        unanswered.incrementAndGet();
                        proxy.release();
                    }
                }),
                first);
        proxy.holdNextCommit();
        output.write(first.part(1000, 0, 1), rows("a"));
        assertThat(unanswered).hasValue(1);
        output.write(first.part(2000, 0, 1), rows("b"));
        assertThat(read()).containsExactly("a", "b");
    }

    @Test
    @Tag("full")
    void shouldFindOutByTheReceiptHowACommitOfUnknownOutcomeHasEnded() throws Exception {
        for (boolean committed : new boolean[] {true, false}) {
            makeTopic();
            AtomicInteger asked = new AtomicInteger();
            Instruments instruments = new TestInstruments() {
                @Override
                void beforeCommit() {
                    fail(!committed);
                }

                @Override
                void afterCommit() {
                    fail(committed);
                }

                private void fail(boolean here) {
                    if (here && asked.incrementAndGet() == 2) {
                        throw new KafkaException("something went wrong");
                    }
                }
            };
            KafkaOutput<String, String> output = open(output().with(instruments), first);
            output.write(first.part(1000, 0, 1), rows("a", "b"));
            output.write(first.part(2000, 0, 1), rows("c"));
            assertThat(read()).containsExactly("a", "b", "c");
        }
    }

    @Test
    void shouldStopAPredecessorThatWakesWithTheProducerThatItHad() throws Exception {
        KafkaOutput<String, String> predecessor = open(output(), first);
        OutputPart batch = first.part(1000, 0, 1);
        TestRun second = first.next(predecessor.place());
        KafkaOutput<String, String> successor = open(output(), second);
        successor.write(batch, rows("a"));
        first.takeOver();
        assertThatThrownBy(() -> predecessor.write(batch, rows("a")))
                .isInstanceOf(CheckpointException.class)
                .hasMessage("the checkpoint was taken over");
        successor.write(second.part(2000, 0, 1), rows("b"));
        assertThat(read()).containsExactly("a", "b");
    }

    /** It was asked whether it has the checkpoint before it lost it, and fences its successor. */
    private void wakePredecessor(Instruments instruments) throws Exception {
        KafkaOutput<String, String> before = open(output(), first);
        TestRun second = first.next(before.place());
        TestRun third = second.next(before.place());
        OutputPart batch = first.part(1000, 0, 1);
        KafkaOutput<String, String> predecessor = open(output().with(instruments), second);
        KafkaOutput<String, String> successor = open(output(), third);
        successor.write(batch, rows("a", "b"));
        predecessor.write(batch, rows("a", "b"));
        successor.write(third.part(2000, 0, 1), rows("c"));
        assertThat(read()).containsExactly("a", "b", "c");
    }

    @Test
    @Tag("full")
    void shouldWriteOnceWhenAPredecessorWakesAndFencesItsSuccessor() throws Exception {
        wakePredecessor(Instruments.REAL);
    }

    @Test
    @Tag("full")
    void shouldBeCaughtThatReceiptsAreReadBeforeTheFencing() {
        assertThatThrownBy(() -> wakePredecessor(TestInstruments.fencingLate())).isInstanceOf(AssertionError.class);
    }

    /** Its last transaction was long ago, which is not to be taken for one that has taken too long. */
    @Test
    void shouldBeginAgainWhenItIsFencedBetweenTwoBatches() throws Exception {
        AtomicInteger inits = new AtomicInteger();
        AtomicInteger begun = new AtomicInteger();
        TestInstruments instruments = new TestInstruments() {
            @Override
            void beforeInit() {
                if (inits.incrementAndGet() == 2) {
                    throw new ProducerFencedException("by one that wakes");
                }
            }

            @Override
            void beforeBegin() {
                if (begun.incrementAndGet() == 3) { // behind the first receipt and a batch
                    throw new ProducerFencedException("by one that wakes");
                }
            }
        };
        KafkaOutput<String, String> output = open(output().with(instruments), first);
        output.write(first.part(1000, 0, 1), rows("a"));
        instruments.advance(Duration.ofMinutes(2));
        output.write(first.part(2000, 0, 1), rows("b"));
        assertThat(inits).hasValue(3);
        assertThat(read()).containsExactly("a", "b");
    }

    private static final class Died extends Error {
        private static final long serialVersionUID = 1;
    }

    private static void die() {
        throw new Died();
    }

    /** The program dies when all is sent, and before the commit is asked for. */
    private void dieBeforeTheCommit(Instruments dying) throws Exception {
        KafkaOutput<String, String> output = open(output().with(dying), first);
        OutputPart batch = first.part(1000, 0, 1);
        assertThatThrownBy(() -> output.write(batch, rows("a", "b"))).isInstanceOf(Died.class);
        TestRun second = first.next(output.place());
        KafkaOutput<String, String> next = open(output(), second);
        if (!next.isPublished(batch)) {
            next.write(batch, rows("a", "b"));
        }
        assertThat(read()).containsExactly("a", "b");
    }

    @Test
    void shouldWriteOnceWhenTheProgramDiesBeforeTheCommit() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        dieBeforeTheCommit(new TestInstruments() {
            @Override
            void beforeCommit() {
                if (asked.incrementAndGet() == 2) {
                    die();
                }
            }
        });
    }

    @Test
    void shouldBeCaughtThatReceiptsAreWrittenBesideTheTransaction() {
        assertThatThrownBy(() -> dieBeforeTheCommit(TestInstruments.receiptsApart(KafkaOutputFaultsTest::die)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(
                        "could not find the following elements:\n  [\"a\", \"b\"]"); // taken for published
    }

    @Test
    @Tag("full")
    void shouldRefuseToStartWhenTheReceiptsAreGone() throws Exception {
        KafkaOutput<String, String> output = open(output().writers(2), first);
        output.write(first.part(1000, 0, 1), rows("a"));
        String id = output.place().substring(0, output.place().indexOf(' '));
        broker.deleteTopic("millrace-receipts-" + topic);
        TestRun second = first.next(output.place());
        String way = "Nobody knows whether the last decided batch is in the topic " + topic
                + ": its records there have a header millrace with checkpoint, batch, part and output. Bring the receipts"
                + " back; or go on without them with acceptLostReceipts(\"" + id
                + "\"), so that readers may see that batch twice";
        String lost = "the receipts of the output \"totals\" are lost: they were in the topic millrace-receipts-"
                + topic + " with the id " + id + ", which ";
        assertThatThrownBy(() -> open(output(), second))
                .isInstanceOf(MillraceException.class)
                .hasMessage(lost + "is gone. " + way);

        broker.createTopic("millrace-receipts-" + topic, 1, Map.of("cleanup.policy", "compact"));
        assertThatThrownBy(() -> open(output(), second))
                .hasMessageStartingWith(lost + "is another one, with the id ")
                .hasMessageEndingWith(way);

        KafkaOutput<String, String> accepting = open(output().acceptLostReceipts(id), second);
        assertThat(accepting.isPublished(first.part(1000, 1, 2))).isFalse(); // though it has one writer now
        accepting.write(first.part(1000, 0, 1), rows("a"));
        TestRun third = second.next(accepting.place());
        open(output().acceptLostReceipts(id), third).write(third.part(2000, 0, 1), rows("b"));
        assertThat(read()).containsExactly("a", "a", "b");
    }

    @Test
    void shouldRefuseAnotherTopicUnlessThatIsAccepted() throws Exception {
        KafkaOutput<String, String> output = open(output(), first);
        output.write(first.part(1000, 0, 1), rows("a"));
        String place = output.place();
        String id = place.substring(0, place.indexOf(' '));
        assertThatThrownBy(() -> open(output().receipts("elsewhere"), first.next(place)))
                .hasMessageStartingWith("the receipts of the output \"totals\" are lost: they were in the topic"
                        + " millrace-receipts-" + topic + " with the id " + id + ", and the program names elsewhere. ");

        String former = topic;
        makeTopic();
        assertThatThrownBy(() -> open(output(), first.next(place)))
                .isInstanceOf(MillraceException.class)
                .hasMessage("the output \"totals\" has written to the topic " + former
                        + " until now, and is to write to " + topic
                        + ", where it has no receipts, so the last decided batch may be in both. If that is meant, as in a"
                        + " copy of the checkpoint, say acceptLostReceipts(\"" + id
                        + "\"); if not, let the output write to " + former);
        open(output().acceptLostReceipts(id), first.next(place)).write(first.part(1000, 0, 1), rows("a"));
        assertThat(read()).containsExactly("a");
    }

    @Test
    @Tag("full")
    void shouldLeaveReceiptsOfACopyAloneThatWritesToAnotherTopic() throws Exception {
        String shared = "receipts-of-several-" + topic;
        KafkaOutput<String, String> production = open(output().receipts(shared), first);
        OutputPart batch = first.part(1000, 0, 1);
        production.write(batch, rows("a"));
        String place = production.place();

        String name = topic;
        makeTopic();
        String id = place.substring(0, place.indexOf(' '));
        TestRun ofCopy = first.next(place);
        KafkaOutput<String, String> copy = open(output().receipts(shared).acceptLostReceipts(id), ofCopy);
        for (int i = 2; i < 120; i++) { // more than a writer has slots
            copy.write(ofCopy.part(i * 1000L, 0, 1), rows("copy " + i));
        }

        topic = name;
        KafkaOutput<String, String> again = open(output().receipts(shared), first.next(place));
        assertThat(again.isPublished(batch)).isTrue();
        assertThat(again.receipts("totals", new BatchTime(1000))).isEmpty();
        again.write(batch, rows("a"));
        assertThat(read()).containsExactly("a");
    }

    @Test
    void shouldRefuseReceiptsThatAreNotKept() throws Exception {
        broker.createTopic("millrace-receipts-" + topic, 1, Map.of("cleanup.policy", "delete"));
        assertThatThrownBy(() -> open(output(), first))
                .hasMessage("the topic millrace-receipts-" + topic
                        + " of receipts has cleanup.policy=delete, so receipts get"
                        + " lost, and batches would be published again; set it to compact, or name another topic with"
                        + " receipts(...)");
    }

    @Test
    void shouldRefuseATopicThatIsNotThere() {
        topic = "nowhere";
        assertThatThrownBy(() -> open(output(), first))
                .hasMessage("the brokers at " + broker.address() + " have no topic nowhere; make it: kafka-topics.sh"
                        + " --create --topic nowhere --partitions N");
    }

    /** Rows that take a while each. */
    private static Iterable<byte[]> slow(TestInstruments instruments, int number) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            values.add("v" + i);
        }
        List<byte[]> rows = rows(values.toArray(String[]::new));
        return () -> rows.stream()
                .peek(row -> instruments.advance(Duration.ofMillis(1)))
                .iterator();
    }

    @Test
    @Tag("full")
    void shouldSayBothTimesWhenABatchTakesLongerThanATransactionMay() throws Exception {
        TestInstruments instruments = new TestInstruments();
        KafkaOutput<String, String> output =
                open(output().with("transaction.timeout.ms", 2000).with(instruments), first);
        OutputPart batch = first.part(1000, 0, 1);
        assertThatThrownBy(() -> output.write(batch, slow(instruments, 3000)))
                .isInstanceOf(MillraceException.class)
                .hasMessage(
                        "batch 1000 ms of the output \"totals\" takes too long for one transaction: it is open for 2,048"
                                + " ms after 2,048 rows, and transaction.timeout.ms is 2,000. Raise that (the brokers allow"
                                + " transaction.max.timeout.ms at most), write by more writers(...), or allow several transactions with"
                                + " rowsPerTransaction(...); then start again");
        assertThat(output.isPublished(batch)).isFalse();
        assertThat(read()).isEmpty();

        TestRun second = first.next(output.place());
        open(
                        output().rowsPerTransaction(1000)
                                .with("transaction.timeout.ms", 2000)
                                .with(instruments),
                        second)
                .write(batch, slow(instruments, 3000));
        assertThat(read())
                .hasSize(3000)
                .doesNotHaveDuplicates()
                .startsWith("v0", "v1")
                .endsWith("v2999");
    }

    @Test
    @Tag("full")
    void shouldGoOnWithTheRowsThatAreMissingWhenItDiesBetweenTransactions() throws Exception {
        AtomicInteger begun = new AtomicInteger();
        KafkaOutput<String, String> output = open(
                output().rowsPerTransaction(2).with(new TestInstruments() {
                    @Override
                    void beforeCommit() {
                        if (begun.incrementAndGet() == 3) { // of the first receipt, and of two rows each
                            die();
                        }
                    }
                }),
                first);
        OutputPart batch = first.part(1000, 0, 1);
        assertThatThrownBy(() -> output.write(batch, rows("a", "b", "c", "d", "e")))
                .isInstanceOf(Died.class);
        assertThat(read()).containsExactly("a", "b");
        TestRun second = first.next(output.place());
        KafkaOutput<String, String> next = open(output().rowsPerTransaction(2), second);
        assertThat(next.isPublished(batch)).isFalse();
        next.write(batch, rows("a", "b", "c", "d", "e"));
        assertThat(next.isPublished(batch)).isTrue();
        assertThat(read()).containsExactly("a", "b", "c", "d", "e");
    }

    @Test
    @Tag("full")
    void shouldFinishABatchOfMoreWritersAndEndWhatTheyHadInHand() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        KafkaOutput<String, String> output = open(
                output().writers(3).with(new TestInstruments() {
                    @Override
                    void beforeCommit() {
                        if (asked.incrementAndGet() == 5) { // behind three first receipts, and one batch
                            die();
                        }
                    }
                }),
                first);
        output.write(first.part(1000, 0, 3), rows("a"));
        assertThatThrownBy(() -> output.write(first.part(1000, 2, 3), rows("c")))
                .isInstanceOf(Died.class);
        TestRun second = first.next(output.place());
        KafkaOutput<String, String> next = open(output(), second);
        next.write(second.part(500, 0, 1), rows("behind")); // readable, because nothing is open before it
        assertThat(read()).containsExactly("a", "behind");
        assertThat(next.isPublished(first.part(1000, 0, 3))).isTrue();
        assertThat(next.isPublished(first.part(1000, 2, 3))).isFalse();
        next.write(first.part(1000, 2, 3), rows("c"));
        assertThat(read()).containsExactly("a", "behind", "c");
        assertThat(next.place()).contains(" 0 3 ");
    }

    @Test
    void shouldSayWhatToDoWhenTheBrokersDoNotAcceptTheClient() throws Exception {
        AtomicInteger begun = new AtomicInteger();
        KafkaOutput<String, String> output = open(
                output().with(new TestInstruments() {
                    @Override
                    void beforeBegin() {
                        if (begun.incrementAndGet() == 2) {
                            throw new SaslAuthenticationException(
                                    "Authentication failed: Invalid username or password");
                        }
                    }
                }),
                first);
        assertThatThrownBy(() -> output.write(first.part(1000, 0, 1), rows("a")))
                .isInstanceOf(MillraceException.class)
                .hasMessage("the brokers at " + broker.address() + " do not accept who this client says it is:"
                        + " Authentication failed: Invalid username or password; correct security.protocol and the settings"
                        + " that begin with sasl. or ssl.");
    }

    @Test
    @Tag("full")
    void shouldLetTwoCheckpointsWriteIntoOneTopic() throws Exception {
        TestRun other = TestRun.first();
        KafkaOutput<String, String> one = open(output(), first);
        KafkaOutput<String, String> two = open(output(), other);
        one.write(first.part(1000, 0, 1), rows("a"));
        two.write(other.part(1000, 0, 1), rows("b"));
        one.write(first.part(2000, 0, 1), rows("c"));
        assertThat(read()).containsExactly("a", "b", "c");
    }

    @Test
    void shouldRefuseARollBackUnlessItIsAccepted() throws Exception {
        KafkaOutput<String, String> output = open(output(), first);
        OutputPart batch = first.part(1000, 0, 1);
        output.write(batch, rows("a"));
        assertThatThrownBy(() -> output.retract(batch.batch()))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessage("the output \"totals\" (the topic " + topic
                        + ") cannot take back batch 1000 ms: Kafka keeps what"
                        + " readers may have seen. Roll back to that batch or a later one; or have the batches published again"
                        + " beside what is there with acceptRollBack()");
        TestRun second = first.next(output.place());
        KafkaOutput<String, String> accepting = open(output().acceptRollBack(), second);
        accepting.retract(batch.batch());
        assertThat(accepting.receipts("totals", new BatchTime(-1))).isEmpty();
        assertThat(accepting.isPublished(batch)).isFalse();
        accepting.write(batch, rows("a again"));
        assertThat(read()).containsExactly("a", "a again");
    }

    /** A start asks several times, and each answer costs clients of their own. */
    @Test
    @Tag("full")
    void shouldKnowTheReceiptsThatItHasReadToOpen() throws Exception {
        KafkaOutput<String, String> former = open(output(), first);
        OutputPart batch = first.part(1000, 0, 1);
        former.write(batch, rows("a"));
        KafkaOutput<String, String> output = open(output(), first.next(former.place()));
        broker.stop();
        try {
            assertThat(output.receipts("totals", new BatchTime(-1))).containsExactly(batch.batch());
        } finally {
            broker.restart();
        }
    }

    @Test
    @Tag("full")
    void shouldTryAgainUntilTheBrokersAreBack() throws Exception {
        List<Duration> pauses = new ArrayList<>();
        KafkaOutput<String, String> output = open(
                output().with("delivery.timeout.ms", 2000)
                        .with("request.timeout.ms", 1000)
                        .with("max.block.ms", 10_000)
                        .with(new TestInstruments() {
                            @Override
                            public void pause(Duration time) {
                                pauses.add(time);
                                if (pauses.size() == 2) {
                                    broker.restart();
                                }
                            }
                        }),
                first);
        output.write(first.part(1000, 0, 1), rows("a"));
        broker.stop();
        output.write(first.part(2000, 0, 1), rows("b", "c"));
        assertThat(pauses).startsWith(Duration.ofMillis(50), Duration.ofMillis(100));
        assertThat(read()).containsExactly("a", "b", "c");
    }

    @Test
    @Tag("full")
    void shouldEndWhenTheBrokersStayAway() throws Exception {
        KafkaOutput<String, String> output = open(
                output().with("delivery.timeout.ms", 2000)
                        .with("request.timeout.ms", 1000)
                        .with("max.block.ms", 2000)
                        .patience(Duration.ofMillis(60))
                        .with(new TestInstruments()),
                first);
        broker.stop();
        try {
            assertThatThrownBy(() -> output.write(first.part(1000, 0, 1), rows("a")))
                    .isInstanceOf(MillraceException.class)
                    .hasMessageStartingWith("batch 1000 ms is not yet in the topic " + topic
                            + " by writer 0 of the output \"totals\": ")
                    .hasMessageEndingWith(", for 0 s; bring the brokers back, then start again");
        } finally {
            broker.restart();
        }
    }
}
