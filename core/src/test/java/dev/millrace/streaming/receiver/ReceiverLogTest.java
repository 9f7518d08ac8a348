/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.receiver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.CapturedLog;
import dev.millrace.MillraceConf;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StreamingContext;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The lines by which an operator hears of receivers that fail. */
@Timeout(120)
class ReceiverLogTest {
    private final CapturedLog log = new CapturedLog("dev.millrace.streaming.receiver");
    private final StreamingContext ssc = new StreamingContext(
            new MillraceConf().setMaster("local[2]").set("millrace.streaming.receiverRestartDelay", "1ms"),
            Durations.milliseconds(10));

    @AfterEach
    void release() {
        log.close();
    }

    @Test
    void shouldTellEachProblemOnceAMinuteAndTenOfThem() throws Exception {
        ByHand<String> orders = new ByHand<>();
        ssc.receiverStream(orders).named("orders").foreachRDD(rdd -> {});
        ssc.start();
        orders.event();
        for (int i = 0; i < 20; i++) {
            orders.reportError("reads\nslowly", new IllegalStateException("much " + i / 2));
        }
        orders.reportError("reads slowly", new IllegalStateException("too much"));
        assertThat(log.lines()).hasSize(10);
        ssc.stop(Duration.ofSeconds(20));
        assertThat(log.lines())
                .containsExactlyElementsOf(Stream.concat(
                                IntStream.range(0, 10)
                                        .mapToObj(i -> "WARNING receiver \"orders\" reads / slowly:"
                                                + " java.lang.IllegalStateException: much " + i),
                                Stream.of("WARNING receiver \"orders\": (11 more lines about it were left out before)"))
                        .toList());
    }

    @Test
    void shouldTellOfAReceiverThatEndsForGood() throws Exception {
        ByHand<String> orders = new ByHand<>();
        ssc.receiverStream(orders).named("orders").foreachRDD(rdd -> {});
        ssc.start();
        orders.event();
        orders.stop("the account is closed");
        ssc.stop(Duration.ofSeconds(20));
        assertThat(log.lines())
                .containsExactly(
                        "WARNING receiver \"orders\" has stopped for good, and the program goes on without it: the"
                                + " account is closed");
    }

    @Test
    void shouldTellOfASocketThatHasNoServer() throws Exception {
        int port;
        String line;
        try (Socket silent = new Socket()) { // has a port, and does not listen
            silent.bind(new InetSocketAddress("127.0.0.1", 0));
            port = silent.getLocalPort();
            ssc.socketTextStream("127.0.0.1", port).named("lines").foreachRDD(rdd -> {});
            ssc.start();
            line = log.await("WARNING receiver .*");
            ssc.stop(Duration.ofSeconds(20));
        }
        assertThat(line)
                .startsWith("WARNING receiver \"lines\" restarts: ")
                .contains("127.0.0.1:" + port)
                .contains("refused");
    }
}
