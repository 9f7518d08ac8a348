/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.MillraceConf;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StopResult;
import dev.millrace.streaming.StreamingContext;
import dev.millrace.streaming.event.ReceiverInfo;
import dev.millrace.streaming.event.StreamingListener;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Brokers that do not answer, at the start or in between. */
class BrokerAwayTest {
    @TempDir
    Path directory;

    private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> problems = new LinkedBlockingQueue<>();

    private StreamingContext context(String servers, String topic) {
        StreamingContext ssc =
                new StreamingContext(new MillraceConf().setMaster("local[2]"), Durations.milliseconds(50));
        ssc.from(source(servers, topic))
                .named("orders")
                .foreachRDD(rdd -> seen.addAll(rdd.map(BrokerAwayTest::shown).collect()));
        ssc.addStreamingListener(new StreamingListener() {
            @Override
            public void onReceiverError(ReceiverInfo receiver) {
                problems.add(receiver.name() + ": " + receiver.lastErrorMessage());
            }
        });
        return ssc;
    }

    private static KafkaSource<byte[], byte[]> source(String servers, String topic) {
        return Kafka.topic(topic)
                .servers(servers)
                .with("auto.offset.reset", "earliest")
                .with("reconnect.backoff.max.ms", 200);
    }

    private static String shown(ConsumerRecord<byte[], byte[]> record) {
        return record.offset() + "=" + new String(record.value(), StandardCharsets.UTF_8);
    }

    private static String next(BlockingQueue<String> queue) throws InterruptedException {
        String next = queue.poll(60, TimeUnit.SECONDS);
        assertThat(next).as("nothing within a minute").isNotNull();
        return next;
    }

    @Test
    @Tag("full")
    void shouldGoOnWhenTheBrokerComesBack() throws Exception {
        try (KafkaBroker broker = KafkaBroker.start(directory)) {
            broker.createTopic("away", 1);
            Sent.to(broker, "away", 0, "a");
            broker.stop();
            try (StreamingContext ssc = context(broker.address(), "away")) {
                ssc.start(); // returns, though nobody answers
                assertThat(next(problems))
                        .contains("orders: orders (from at BrokerAwayTest.java:")
                        .contains("): the brokers at " + broker.address() + " cannot be asked: ")
                        .endsWith("; asks again after 100 ms, and batches have nothing new meanwhile");
                broker.restart();
                assertThat(next(seen)).isEqualTo("0=a");

                broker.stop();
                problems.clear();
                assertThat(next(problems)).contains("cannot be asked");
                broker.restart();
                Sent.to(broker, "away", 0, "b");
                assertThat(next(seen)).isEqualTo("1=b");
            }
        }
    }

    @Test
    void shouldStopWhileTheBrokerIsAway() throws Exception {
        Socket silent = new Socket(); // has a port, and does not listen
        silent.bind(new InetSocketAddress("127.0.0.1", 0));
        try (silent;
                StreamingContext ssc = context("127.0.0.1:" + silent.getLocalPort(), "nowhere")) {
            CompletableFuture<StopResult> stopped = new CompletableFuture<>();
            ssc.addStreamingListener(new StreamingListener() {
                @Override
                public void onReceiverError(ReceiverInfo receiver) {
                    CompletableFuture.runAsync(() -> stopped.complete(ssc.stop(Duration.ofSeconds(30))));
                }
            });
            assertThatThrownBy(() -> {
                        ssc.runAvailable(); // which waits until somebody says what there is
                        throw new IllegalStateException("stopped");
                    })
                    .isInstanceOf(IllegalStateException.class);
            assertThat(stopped.get(60, TimeUnit.SECONDS)).isEqualTo(StopResult.FINISHED);
        }
    }

    @Test
    @Tag("full")
    void shouldRollBackABatchThatWaitsForTheBrokerWhenItIsStopped() throws Exception {
        try (KafkaBroker broker = KafkaBroker.start(directory)) {
            broker.createTopic("reading", 1);
            Sent.to(broker, "reading", 0, "a");
            CompletableFuture<StopResult> stopped = new CompletableFuture<>();
            try (StreamingContext ssc =
                    new StreamingContext(new MillraceConf().setMaster("local[2]"), Durations.milliseconds(50))) {
                CompletableFuture<Void> reads = new CompletableFuture<>();
                ssc.from(source(broker.address(), "reading")).foreachRDD(rdd -> {
                    if (HasOffsetRanges.of(rdd)[0].count() == 0) {
                        return;
                    }
                    broker.stop();
                    reads.complete(null);
                    rdd.collect();
                });
                ssc.start();
                reads.get(60, TimeUnit.SECONDS);
                stopped.complete(ssc.stop(Duration.ofMillis(500)));
            }
            assertThat(stopped.get()).isEqualTo(StopResult.ROLLED_BACK);
        }
    }

    @Test
    @Tag("full")
    void shouldFailABatchThatGetsNothingFromTheBroker() throws Exception {
        try (KafkaBroker broker = KafkaBroker.start(directory)) {
            broker.createTopic("silent", 1);
            Sent.to(broker, "silent", 0, "a");
            MillraceConf conf = new MillraceConf()
                    .setMaster("local[1]")
                    .set("millrace.task.maxAttempts", "1")
                    .set("millrace.streaming.kafka.consumer.poll.ms", "300ms");
            try (StreamingContext ssc = new StreamingContext(conf, Durations.seconds(1))) {
                ssc.from(source(broker.address(), "silent")).named("orders").foreachRDD(rdd -> {
                    broker.stop();
                    rdd.collect();
                });
                assertThatThrownBy(() -> ssc.runBatches(1))
                        .hasMessageContaining(
                                "): partition 0 of topic silent gave nothing for 300 ms at offset 0, and there must"
                                        + " be records until 1; look whether its leader answers, or raise"
                                        + " millrace.streaming.kafka.consumer.poll.ms");
            }
        }
    }

    @Test
    void shouldRefuseAnAddressThatIsNone() {
        try (StreamingContext ssc = context("no such host.example:1", "nowhere")) {
            assertThatThrownBy(() -> ssc.runBatches(1))
                    .hasMessageContaining("): no client can be made for the brokers at \"no such host.example:1\": ")
                    .hasMessageEndingWith("; correct the Kafka settings of the source");
        }
    }
}
