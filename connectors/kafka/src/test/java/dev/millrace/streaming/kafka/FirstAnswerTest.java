/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceConf;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StreamingContext;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A restart has the brokers asked while it opens the program, so that its first batch takes what waits there. */
@ExtendWith(SharedBroker.class)
class FirstAnswerTest {
    private static final int MINUTE_MS = 60_000;

    @TempDir
    Path checkpoint;

    private final KafkaBroker broker;

    FirstAnswerTest(KafkaBroker broker) {
        this.broker = broker;
    }

    private StreamingContext program(String servers, Duration interval) {
        StreamingContext ssc = new StreamingContext(new MillraceConf().setMaster("local[2]"), interval);
        ssc.checkpoint(checkpoint.toString());
        ssc.from(Kafka.topic("first-answer").servers(servers).with("auto.offset.reset", "earliest"))
                .named("orders")
                .foreachRDD(rdd -> rdd.count())
                .named("counted");
        return ssc;
    }

    @Test
    void shouldAskBeforeTheFirstBatchIsPlanned() throws Exception {
        broker.createTopic("first-answer", 1);
        Sent.to(broker, "first-answer", 0, "a");
        try (StreamingContext former = program(broker.address(), Durations.seconds(1))) {
            former.runBatches(1);
        }
        try (ServerSocket brokers = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
                StreamingContext ssc = program("127.0.0.1:" + brokers.getLocalPort(), Duration.ofHours(100_000))) {
            brokers.setSoTimeout(MINUTE_MS);
            ssc.start();
            try (Socket asked = brokers.accept()) {
                assertThat(asked.isConnected()).isTrue();
            }
        }
    }
}
