/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceConf;
import dev.millrace.rdd.StorageLevel;
import dev.millrace.streaming.DStream;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StreamingContext;
import java.io.BufferedReader;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The forms of socket streams that docs/guide/sockets.md shows. */
@Timeout(60)
class SocketFormsTest {
    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    private ServerSocket server;
    private StreamingContext ssc;

    @BeforeEach
    void open() throws IOException {
        server = new ServerSocket(0, 1, InetAddress.getByName("localhost"));
        server.setSoTimeout(30_000);
        ssc = new StreamingContext(new MillraceConf().setMaster("local[2]"), Durations.milliseconds(20));
    }

    @AfterEach
    void close() throws IOException {
        ssc.stop();
        server.close();
    }

    private Socket start(DStream<String> stream) throws IOException {
        stream.foreachRDD(rdd -> {
            received.addAll(rdd.collect());
        });
        ssc.start();
        return server.accept();
    }

    @Test
    void shouldDecodeAnotherEncoding() throws Exception {
        String host = "localhost";
        int port = server.getLocalPort();
        DStream<String> lines = ssc.socketStream(
                host,
                port,
                in -> () -> new BufferedReader(new InputStreamReader(in, StandardCharsets.ISO_8859_1))
                        .lines()
                        .iterator(),
                StorageLevel.MEMORY_AND_DISK_SER());

        try (Socket client = start(lines)) {
            client.getOutputStream().write("über\n".getBytes(StandardCharsets.ISO_8859_1));
            assertThat(received.poll(30, TimeUnit.SECONDS)).isEqualTo("über");
        }
    }

    @Test
    void shouldTakeBlocksThatAreEncodedAlready() throws Exception {
        DStream<String> words = ssc.rawSocketStream("localhost", server.getLocalPort());

        try (Socket client = start(words)) {
            byte[] block = ssc.millraceContext().codec().encode(List.of("to", "be"));
            DataOutputStream out = new DataOutputStream(client.getOutputStream());
            out.writeInt(block.length);
            out.write(block);

            assertThat(received.poll(30, TimeUnit.SECONDS)).isEqualTo("to");
            assertThat(received.poll(30, TimeUnit.SECONDS)).isEqualTo("be");
        }
    }
}
