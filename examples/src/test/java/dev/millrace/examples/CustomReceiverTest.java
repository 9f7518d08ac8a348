/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceConf;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StopResult;
import dev.millrace.streaming.StreamingContext;
import dev.millrace.streaming.event.BatchInfo;
import dev.millrace.streaming.event.StreamingListener;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class CustomReceiverTest {
    @TempDir
    private Path directory;

    /** Answers one client: the messages from the number that it asks for, until one, and the beginning of that. */
    private static Socket serve(ServerSocket server, int until) throws IOException {
        Socket client = server.accept();
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        DataOutputStream messages = new DataOutputStream(sent);
        for (long i = new DataInputStream(client.getInputStream()).readLong(); i <= until; i++) {
            messages.writeUTF("message " + i);
        }
        client.getOutputStream().write(sent.toByteArray(), 0, sent.size() - 1);
        return client;
    }

    /** Runs the program until it has all messages below a number; the server breaks the connection once meanwhile. */
    private void receive(ServerSocket server, int known, int broken, int until) throws Exception {
        CountDownLatch left = new CountDownLatch(until - known);
        MillraceConf conf =
                new MillraceConf().setMaster("local[2]").set("millrace.streaming.receiverRestartDelay", "1ms");
        try (StreamingContext ssc = new StreamingContext(conf, Durations.milliseconds(20))) {
            CustomReceiver.build(
                    ssc,
                    "127.0.0.1",
                    server.getLocalPort(),
                    directory.resolve("out").toString(),
                    directory.resolve("checkpoint").toString());
            ssc.addStreamingListener(new StreamingListener() {
                @Override
                public void onBatchCompleted(BatchInfo batch) {
                    for (long i = 0; i < batch.numRecords(); i++) {
                        left.countDown();
                    }
                }
            });
            ssc.start();
            serve(server, broken).close();
            try (Socket client = serve(server, until)) {
                assertThat(left.await(30, TimeUnit.SECONDS)).isTrue();
                assertThat(ssc.stop(Duration.ofSeconds(30))).isEqualTo(StopResult.FINISHED);
                assertThat(client.getInputStream().read()).isEqualTo(-1);
            }
        }
    }

    private List<String> output() throws IOException {
        List<Path> parts;
        try (Stream<Path> files = Files.walk(directory.resolve("out"))) {
            parts = files.filter(file -> file.getFileName().toString().startsWith("part-"))
                    .sorted(Comparator.comparing(Path::toString))
                    .toList();
        }
        List<String> lines = new ArrayList<>();
        for (Path part : parts) {
            lines.addAll(Files.readAllLines(part));
        }
        return lines;
    }

    @Test
    void shouldHaveEachMessageOnceWhenConnectionsBreakAndTheProgramIsStartedAgain() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            server.setSoTimeout(30_000);
            receive(server, 0, 100, 250);
            receive(server, 250, 260, 500);
        }

        assertThat(output())
                .isEqualTo(IntStream.range(0, 500).mapToObj(i -> "message " + i).toList());
    }
}
