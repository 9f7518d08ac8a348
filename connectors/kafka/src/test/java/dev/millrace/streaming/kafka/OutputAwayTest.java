/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.millrace.MillraceConf;
import dev.millrace.Tuple2;
import dev.millrace.error.CancelledException;
import dev.millrace.error.MillraceException;
import dev.millrace.rdd.RDD;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StopResult;
import dev.millrace.streaming.StreamingContext;
import dev.millrace.streaming.event.BatchInfo;
import dev.millrace.streaming.event.StreamingListener;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starts of programs that write into topics of brokers that are away. */
class OutputAwayTest {
    private static final Logger LOGGER = Logger.getLogger("dev.millrace.streaming.output");
    private static final String NOBODY = "127.0.0.1:1";

    private final BlockingQueue<String> warnings = new LinkedBlockingQueue<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord told) {
            warnings.add(told.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @TempDir
    Path checkpoint;

    @BeforeEach
    void listen() {
        LOGGER.addHandler(handler);
    }

    @AfterEach
    void listenNoMore() {
        LOGGER.removeHandler(handler);
    }

    private StreamingContext context(KafkaOutput<String, String> output) {
        StreamingContext ssc =
                new StreamingContext(new MillraceConf().setMaster("local[2]"), Durations.milliseconds(50));
        ssc.checkpoint(checkpoint.toString());
        Queue<RDD<String>> queue =
                new ArrayDeque<>(List.of(ssc.millraceContext().parallelize(List.of("a"), 1)));
        ssc.queueStream(queue)
                .named("letters")
                .mapToPair(letter -> Tuple2.of(letter, letter))
                .to(output)
                .named("totals");
        return ssc;
    }

    private static KafkaOutput<String, String> output(String servers) {
        return Kafka.to("totals")
                .servers(servers)
                .with("request.timeout.ms", 500)
                .key(StringSerializer::new)
                .value(StringSerializer::new);
    }

    private String warning() throws InterruptedException {
        String warning = warnings.poll(60, TimeUnit.SECONDS);
        assertThat(warning).as("no warning within a minute").isNotNull();
        return warning;
    }

    @Test
    void shouldEndAStartAtOnceThatIsStoppedWhileItAsksAgain() throws Exception {
        try (StreamingContext ssc = context(output(NOBODY))) {
            CompletableFuture<Throwable> start = CompletableFuture.supplyAsync(() -> catchThrowable(ssc::start));
            assertThat(warning())
                    .startsWith(
                            "the output \"totals\" (the topic totals): the brokers at 127.0.0.1:1 cannot be asked: ")
                    .endsWith("; asks again after 100 ms, and the start waits meanwhile");
            assertThat(warning()).endsWith("; asks again after 200 ms, and the start waits meanwhile");
            assertThat(ssc.stop(Duration.ofMinutes(10))).isEqualTo(StopResult.FINISHED);
            assertThat(start.get(60, TimeUnit.SECONDS))
                    .isInstanceOf(CancelledException.class)
                    .hasMessage(
                            "the start was given up, because the context was stopped while the output \"totals\" (the"
                                    + " topic totals) was waited for; make a new StreamingContext");
        }
    }

    @Test
    void shouldEndAStartWhenThePatienceOfTheOutputEnds() {
        try (StreamingContext ssc = context(output(NOBODY).patience(Duration.ofMillis(1)))) {
            assertThatThrownBy(ssc::start)
                    .isInstanceOf(MillraceException.class)
                    .hasMessageContaining("the brokers at 127.0.0.1:1 cannot be asked: ")
                    .hasMessageContaining(
                            ", for 0 s; bring them back, then start again, or give the output more" + " patience(...)");
        }
    }

    @Test
    @Tag("full")
    void shouldStartWhenTheBrokerComes(@TempDir Path directory) throws Exception {
        try (KafkaBroker broker = KafkaBroker.start(directory)) {
            broker.createTopic("totals", 1);
            broker.stop();
            CompletableFuture<Void> completed = new CompletableFuture<>();
            try (StreamingContext ssc = context(output(broker.address()))) {
                ssc.addStreamingListener(new StreamingListener() {
                    @Override
                    public void onBatchCompleted(BatchInfo batch) {
                        completed.complete(null);
                    }
                });
                CompletableFuture<Void> start = CompletableFuture.runAsync(ssc::start);
                assertThat(warning()).contains("cannot be asked: ");
                broker.restart();
                start.get(60, TimeUnit.SECONDS);
                completed.get(60, TimeUnit.SECONDS);
                assertThat(ssc.stop(Duration.ofMinutes(1))).isEqualTo(StopResult.FINISHED);
            }
            assertThat(CommittedReader.read(broker.address(), "totals"))
                    .extracting(record -> record.value())
                    .containsExactly("a");
        }
    }
}
