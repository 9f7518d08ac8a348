/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.millrace.MillraceConf;
import dev.millrace.Tuple2;
import dev.millrace.rdd.RDD;
import dev.millrace.streaming.CheckpointBackup;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StreamingContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A copy of production's checkpoint, run for staging, as the guide says it. */
@ExtendWith(SharedBroker.class)
class StagingCopyTest {
    private static final Pattern ACCEPTS = Pattern.compile("acceptLostReceipts\\(\"([^\"]+)\"\\)");

    private final KafkaBroker broker;

    @TempDir
    Path directory;

    StagingCopyTest(KafkaBroker broker) {
        this.broker = broker;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldTouchNothingOfProductionIfItWritesIntoATopicOfItsOwn(boolean sharesReceipts) throws Exception {
        String production = "production-" + sharesReceipts;
        String staging = "staging-" + sharesReceipts;
        broker.createTopic(production, 1);
        broker.createTopic(staging, 1);
        UnaryOperator<KafkaOutput<String, String>> receipts =
                output -> sharesReceipts ? output.receipts("receipts-of-both") : output;
        Path copied = directory.resolve("copied");

        run(2, "checkpoint", production, receipts);
        copy(directory.resolve("checkpoint"), copied);
        String accepts = accepts(catchThrowable(() -> run(1, "copied", staging, receipts)));
        run(2, "checkpoint", production, receipts);
        for (int starts = 0; starts < 2; starts++) {
            run(60, "copied", staging, output -> receipts.apply(output).acceptLostReceipts(accepts));
        }
        run(2, "checkpoint", production, receipts);

        assertThat(read(production)).containsExactlyElementsOf(numbers(0, 6));
        assertThat(read(staging)).containsExactlyElementsOf(numbers(2, 122)); // more batches than a writer has slots
    }

    /** Another checkpoint has transactional ids and receipts of its own, even where both write into one topic. */
    @Test
    void shouldFenceNobodyAsAnotherCheckpoint() throws Exception {
        String topic = "of-both";
        broker.createTopic(topic, 1);
        UnaryOperator<KafkaOutput<String, String>> asItIs = output -> output;
        run(2, "checkpoint", topic, asItIs);
        CheckpointBackup.take(
                directory.resolve("checkpoint"), directory.resolve("backups"), CheckpointBackup.Files.LINKED);
        try (StreamingContext production = program("checkpoint", topic, asItIs)) {
            production.runBatches(1);
            CheckpointBackup.restoreAsNew(directory.resolve("backups"), directory.resolve("copied"));
            run(2, "copied", topic, asItIs);
            production.runBatches(1);
        }
        assertThat(read(topic)).containsExactly("0", "1", "2", "2", "3", "3");
    }

    private static String accepts(Throwable refusal) {
        assertThat(refusal).hasMessageContaining(" has written to the topic production-");
        Matcher found = ACCEPTS.matcher(refusal.getMessage());
        assertThat(found.find()).isTrue();
        return found.group(1);
    }

    /** One number a batch, counted from 0 over all runs. */
    private void run(int batches, String checkpoint, String topic, UnaryOperator<KafkaOutput<String, String>> changes) {
        try (StreamingContext ssc = program(checkpoint, topic, changes)) {
            ssc.runBatches(batches);
        }
    }

    private StreamingContext program(
            String checkpoint, String topic, UnaryOperator<KafkaOutput<String, String>> changes) {
        StreamingContext ssc = new StreamingContext(new MillraceConf().setMaster("local[1]"), Durations.seconds(1));
        ssc.checkpoint(directory.resolve(checkpoint).toString());
        Queue<RDD<String>> queue = new ArrayDeque<>();
        numbers(0, 200).forEach(number -> queue.add(ssc.millraceContext().parallelize(List.of(number), 1)));
        ssc.queueStream(queue)
                .named("numbers")
                .mapToPair(number -> Tuple2.of(number, number))
                .to(changes.apply(Kafka.to(topic)
                        .servers(broker.address())
                        .key(StringSerializer::new)
                        .value(StringSerializer::new)))
                .named("totals");
        return ssc;
    }

    private static List<String> numbers(int from, int until) {
        return Stream.iterate(from, number -> number + 1)
                .limit(until - from)
                .map(String::valueOf)
                .toList();
    }

    private List<String> read(String topic) {
        return CommittedReader.read(broker.address(), topic).stream()
                .map(ConsumerRecord::value)
                .toList();
    }

    private static void copy(Path from, Path to) throws Exception {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }
}
