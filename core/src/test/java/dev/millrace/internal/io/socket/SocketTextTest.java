/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.MillraceConf;
import dev.millrace.Programs;
import dev.millrace.error.BatchFailedException;
import dev.millrace.error.InvalidProgramException;
import dev.millrace.rdd.StorageLevel;
import dev.millrace.streaming.StreamingContext;
import dev.millrace.streaming.event.ReceiverInfo;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Text that a server sends comes out as lines. */
@Timeout(60)
class SocketTextTest {
    private static final String MALFORMED = "millrace.streaming.socket.malformedInput";

    private static byte[][] single(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return IntStream.range(0, bytes.length)
                .mapToObj(i -> new byte[] {bytes[i]})
                .toArray(byte[][]::new);
    }

    @Test
    void shouldGiveLinesWhenTheyComeByteByByte() throws Exception {
        try (Server server = new Server();
                Received<String> received = Received.lines(server.port())) {
            server.serve(single("a\r\n\nüber\n日本語\r\nend"));

            assertThat(received.next(5)).containsExactly("a", "", "über", "日本語", "end");
            received.finish();
        }
    }

    @Test
    void shouldConnectAgainWhenTheConnectionEnds() throws Exception {
        try (Server server = new Server();
                Received<String> received = Received.lines(server.port())) {
            server.serve("a\n");
            server.serve("b\nc");
            server.serve("");
            server.serve("d\n");

            assertThat(received.next(4)).containsExactly("a", "b", "c", "d");
            ReceiverInfo said = received.nextError();
            assertThat(said.lastErrorMessage())
                    .isEqualTo("restarts: the connection to " + server.address() + " has ended");
            assertThat(said.lastError()).isEmpty();
            received.finish();
        }
    }

    @Test
    void shouldDropTheOpenLineWhenTheConnectionBreaks() throws Exception {
        try (Server server = new Server();
                Received<String> received = Received.lines(server.port())) {
            try (Socket client = server.accept()) {
                client.getOutputStream().write("whole\npart".getBytes(StandardCharsets.UTF_8));
                assertThat(received.next(1)).containsExactly("whole");
                client.setSoLinger(true, 0); // closes with a reset
            }
            assertThat(received.nextError().lastErrorMessage())
                    .isEqualTo("restarts: receiving from " + server.address() + " failed");
            server.serve("next\n");

            assertThat(received.next(1)).containsExactly("next");
            received.finish();
        }
    }

    @Test
    void shouldTryAgainWhenNobodyListens() throws Exception {
        try (Socket reserved = Server.reservedPort();
                Received<String> received = Received.lines(reserved.getLocalPort())) {
            int port = reserved.getLocalPort();
            ReceiverInfo said = received.nextError();
            assertThat(said.lastErrorMessage()).isEqualTo("restarts: cannot connect to 127.0.0.1:" + port);
            assertThat(said.lastError()).isEqualTo("java.net.ConnectException: Connection refused");
            try (Server server = new Server(port)) {
                server.serve("a\n");
                assertThat(received.next(1)).containsExactly("a");
            }
            received.finish();
        }
    }

    @Test
    void shouldTryAgainWhenConnectingTakesTooLong() throws Exception {
        List<Socket> waiting = new ArrayList<>();
        MillraceConf conf = new MillraceConf().set("millrace.streaming.socket.connectTimeout", "50ms");
        try (Server server = new Server()) {
            for (int i = 0; i < 3; i++) { // the system makes so many connections before the server accepts any
                Socket one = new Socket();
                waiting.add(one);
                try {
                    one.connect(new java.net.InetSocketAddress("127.0.0.1", server.port()), 200);
                } catch (java.net.SocketTimeoutException e) {
                    break;
                }
            }
            try (Received<String> received = Received.lines(conf, server.port())) {
                ReceiverInfo said = received.nextError();
                assertThat(said.lastErrorMessage()).isEqualTo("restarts: cannot connect to " + server.address());
                assertThat(said.lastError()).isEqualTo("java.net.SocketTimeoutException: Connect timed out");
                received.finish();
            }
        } finally {
            for (Socket one : waiting) {
                one.close();
            }
        }
    }

    @Test
    void shouldFailTheBatchWhenBytesAreNotUtf8AndItIsToFail() throws Exception {
        MillraceConf conf = new MillraceConf().set(MALFORMED, "fail").set("millrace.task.maxAttempts", "1");
        try (Server server = new Server();
                Received<String> received = Received.lines(conf, server.port())) {
            server.serve(new byte[] {'o', 'k', '\n', (byte) 0xff, '\n'});

            assertThatThrownBy(() -> received.context.awaitTerminationOrTimeout(30_000))
                    .isInstanceOf(BatchFailedException.class)
                    .hasStackTraceContaining(
                            "stream in block 0 byte 3: the byte 0xff is not UTF-8 here; have the sender write UTF-8,"
                                    + " or set millrace.streaming.socket.malformedInput to replace or quarantine");
        }
    }

    @Test
    void shouldPutAsideWhatIsMalformedWhenThatIsAsked(@TempDir Path directory) throws Exception {
        MillraceConf conf = new MillraceConf()
                .set(MALFORMED, "quarantine")
                .set("millrace.streaming.quarantine.directory", directory.toString())
                .set("millrace.streaming.socket.maxLineBytes", "4");
        try (Server server = new Server();
                Received<String> received = Received.lines(conf, server.port())) {
            server.serve(new byte[] {'a', '\n', (byte) 0xff, '\n', '1', '2', '3', '4', '5', '6', '\n', 'b', '\n'});

            assertThat(received.next(2)).containsExactly("a", "b");
            received.finish();
        }
        List<String> aside = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                aside.addAll(Files.readAllLines(file));
            }
        }
        assertThat(aside)
                .hasSize(2)
                .anyMatch(line -> line.contains("\"stream in block 0 byte 2\"")
                        && line.contains("the byte 0xff is not UTF-8 here"))
                .anyMatch(line -> line.contains("\"stream in block 0 byte 4\"")
                        && line.contains("the line that starts here has more than 4 bytes"));
    }

    @Test
    void shouldAskForAPlaceWhenWhatIsMalformedIsToBePutAside() {
        try (StreamingContext ssc = Programs.local(new MillraceConf().set(MALFORMED, "quarantine"))) {
            ssc.socketTextStream("localhost", 1).print();

            assertThatThrownBy(ssc::start)
                    .isInstanceOf(InvalidProgramException.class)
                    .hasMessageContaining(
                            "millrace.streaming.socket.malformedInput is quarantine, and there is no place"
                                    + " for it; set a checkpoint directory, or add"
                                    + " conf.set(\"millrace.streaming.quarantine.directory\", \"DIRECTORY\")");
        }
    }

    @Test
    void shouldReplaceBytesThatAreNotUtf8WhenNothingElseIsSaid() throws Exception {
        try (Server server = new Server();
                Received<String> received = Received.lines(server.port())) {
            server.serve(new byte[] {'o', 'k', '\n', (byte) 0xff, 'x', '\n'});

            assertThat(received.next(2)).containsExactly("ok", "\uFFFDx");
            received.finish();
        }
    }

    @Test
    void shouldCutAndReportALineThatIsTooLong() throws Exception {
        MillraceConf conf = new MillraceConf().set("millrace.streaming.socket.maxLineBytes", "10");
        try (Server server = new Server();
                Received<String> received = Received.lines(conf, server.port())) {
            server.serve("short\n" + "x".repeat(1_000_000) + "\nshort\n");

            assertThat(received.next(3)).containsExactly("short", "xxxxxxxxxx", "short");
            assertThat(received.nextError().lastErrorMessage())
                    .isEqualTo("a line of 1000000 bytes is longer than the 10 that it may have, and was cut; raise"
                            + " millrace.streaming.socket.maxLineBytes");
            received.finish();
        }
    }

    @Test
    void shouldKeepToTheRateWhenManyLinesComeAtOnce() throws Exception {
        MillraceConf conf = new MillraceConf().set("millrace.streaming.receiver.maxRate", "500");
        try (Server server = new Server();
                Received<String> received = Received.lines(conf, server.port())) {
            server.serve("x\n".repeat(5_000)); // ten seconds' worth
            received.next(1);

            assertThat(received.available()).isLessThan(4_000);
        }
    }

    @Test
    void shouldReceiveForTwoContextsAtOnce() throws Exception {
        try (Server one = new Server();
                Server two = new Server();
                Received<String> first = Received.lines(one.port());
                Received<String> second = Received.lines(two.port())) {
            two.serve("2\n");
            one.serve("1\n");

            assertThat(first.next(1)).containsExactly("1");
            assertThat(second.next(1)).containsExactly("2");
            first.finish();
            two.serve("2 again\n");
            assertThat(second.next(1)).containsExactly("2 again");
            second.finish();
        }
    }

    /** Blocks go through the log and are read from there, and their arrays are used again. */
    @Test
    void shouldGiveWhatWasSentWhenMemoryIsSmallAndBlocksAreOnDisk(@TempDir Path directory) throws Exception {
        int count = 400_000;
        MillraceConf conf = new MillraceConf()
                .set("millrace.memory.budget", "4m")
                .set("millrace.streaming.checkpoint.directory", directory.toString());
        try (Server server = new Server();
                Received<String> received = new Received<>(
                        conf, ssc -> ssc.socketTextStream("127.0.0.1", server.port(), StorageLevel.DISK_ONLY()))) {
            String[] lines = new String[count];
            Arrays.setAll(lines, i -> "line " + i);
            server.serve(String.join("\n", lines));

            assertThat(received.next(count)).isEqualTo(Arrays.asList(lines));
            received.finish();
        }
    }

    @Test
    void shouldRefuseAPortThatCannotBe() {
        try (StreamingContext ssc = Programs.local()) {
            assertThatThrownBy(() -> ssc.socketTextStream("example.org", 0))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("the port 0 of example.org does not exist; write one from 1 to 65535");
        }
    }
}
