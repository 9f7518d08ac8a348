/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.socket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceConf;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StopResult;
import dev.millrace.streaming.StreamingContext;
import dev.millrace.streaming.event.ReceiverInfo;
import dev.millrace.streaming.event.StreamingListener;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A stop ends whatever a socket's receiver waits for. */
@Timeout(60)
class SocketStopTest {
    @Test
    void shouldEndAtOnceWhenTheServerSendsNothing() throws Exception {
        try (Server server = new Server();
                Received<String> received = Received.lines(server.port())) {
            try (Socket client = server.accept()) {
                client.getOutputStream().write("a\n".getBytes());
                received.next(1);
                long start = System.nanoTime();
                received.finish();

                assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
                assertThat(client.getInputStream().read()).isEqualTo(-1); // the connection was closed
            }
        }
    }

    @Test
    void shouldEndAtOnceWhenTheServerNeverAccepts() throws Exception {
        try (Server server = new Server();
                Received<String> received = Received.lines(server.port())) {
            received.finish();
        }
    }

    @Test
    void shouldEndAReceiverThatWaitsForRoom() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch receiverStopped = new CountDownLatch(1);
        MillraceConf conf =
                new MillraceConf().setMaster("local[2]").set("millrace.streaming.receiver.maxPendingBytes", "1");
        try (Server server = new Server();
                StreamingContext ssc = new StreamingContext(conf, Durations.milliseconds(20))) {
            ssc.addStreamingListener(new StreamingListener() {
                @Override
                public void onReceiverStopped(ReceiverInfo receiver) {
                    receiverStopped.countDown();
                }
            });
            ssc.socketTextStream("127.0.0.1", server.port()).foreachRDD(rdd -> {
                if (rdd.count() > 0) {
                    running.countDown();
                    release.await();
                }
            });
            ssc.start();
            CompletableFuture<Void> sending =
                    CompletableFuture.runAsync(() -> sendUntilClosed(server), SocketStopTest::start);
            assertThat(running.await(30, TimeUnit.SECONDS)).isTrue();
            CompletableFuture<StopResult> stop =
                    CompletableFuture.supplyAsync(() -> ssc.stop(Duration.ofSeconds(30)), SocketStopTest::start);

            assertThat(receiverStopped.await(8, TimeUnit.SECONDS)).isTrue(); // while the batch still runs
            sending.get(30, TimeUnit.SECONDS);
            release.countDown();
            assertThat(stop.get(30, TimeUnit.SECONDS)).isEqualTo(StopResult.FINISHED);
        }
    }

    /** A thread each: the common pool may have only one. */
    private static void start(Runnable work) {
        Thread thread = new Thread(work);
        thread.setDaemon(true);
        thread.start();
    }

    private static void sendUntilClosed(Server server) {
        byte[] lines = new byte[64 * 1024];
        Arrays.fill(lines, (byte) '\n');
        try (Socket client = server.accept()) {
            OutputStream out = client.getOutputStream();
            while (true) {
                out.write(lines);
            }
        } catch (IOException e) {
            // the receiver has closed the connection
        }
    }
}
