/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.socket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceConf;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.rdd.StorageLevel;
import dev.millrace.streaming.DStream;
import dev.millrace.streaming.StreamingContext;
import dev.millrace.streaming.event.ReceiverInfo;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Records that a server sends in blocks, or in a form that the program decodes. */
@Timeout(60)
class SocketRecordsTest {
    private static byte[] block(byte[] encoded) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(encoded.length);
        out.write(encoded);
        return bytes.toByteArray();
    }

    private static byte[] list(Object... records) throws IOException {
        return block(ValueCodec.builtIn().encode(List.of(records)));
    }

    private static Received<Object> raw(int port) {
        MillraceConf conf = new MillraceConf().set("millrace.streaming.socket.maxBlockBytes", "1000");
        return new Received<>(conf, ssc -> ssc.rawSocketStream("127.0.0.1", port));
    }

    /** Sends good blocks around a bad one, and returns what the receiver says of that. */
    private static String saidOf(byte[] bad) throws Exception {
        try (Server server = new Server();
                Received<Object> received = raw(server.port())) {
            server.serve(list("a", 1L), bad);
            ReceiverInfo said = received.nextError();
            server.serve(list("b"));
            assertThat(received.next(3)).containsExactly("a", 1L, "b");
            received.finish();
            assertThat(said.lastErrorMessage()).isEqualTo("restarts: receiving from " + server.address() + " failed");
            return said.lastError();
        }
    }

    @Test
    void shouldGiveTheRecordsOfBlocks() throws Exception {
        try (Server server = new Server();
                Received<Object> received = raw(server.port())) {
            server.serve(list("a", 1L), list(), list("b"));

            assertThat(received.next(3)).containsExactly("a", 1L, "b");
            assertThat(received.nextError().lastErrorMessage())
                    .isEqualTo("restarts: the connection to " + server.address() + " has ended");
            received.finish();
        }
    }

    @Test
    void shouldRefuseALengthThatCannotBe() throws Exception {
        String change =
                "; send a length of four bytes, the highest first, before each list that codec() has encoded, or"
                        + " raise millrace.streaming.socket.maxBlockBytes";

        assertThat(saidOf(new byte[] {-1, -1, -1, -1}))
                .isEqualTo("dev.millrace.error.CodecException: a raw block says that it has -1 bytes, and may have 0 to"
                        + " 1000" + change);
        assertThat(saidOf(new byte[] {0, 0, 3, (byte) 0xe9}))
                .isEqualTo("dev.millrace.error.CodecException: a raw block says that it has 1001 bytes, and may have 0"
                        + " to 1000" + change);
    }

    @Test
    void shouldRefuseABlockThatIsNoList() throws Exception {
        assertThat(saidOf(block(ValueCodec.builtIn().encode("text"))))
                .isEqualTo("dev.millrace.error.CodecException: the bytes are no encoded list; make them by"
                        + " codec().encode(list); nothing of the block is stored");
        assertThat(saidOf(block(new byte[0]))).startsWith("dev.millrace.error.CodecException: ");
    }

    @Test
    void shouldSayHowMuchCameWhenABlockIsCutOff() throws Exception {
        assertThat(saidOf(new byte[] {0, 0, 0, 9, 1, 2}))
                .isEqualTo("java.io.EOFException: the connection ended after 2 of the 9 bytes of a block");
        assertThat(saidOf(new byte[] {0, 0})).isEqualTo("java.io.EOFException");
    }

    /** Each byte is a record; a zero is an error. */
    private static Iterable<Integer> bytes(InputStream in) {
        return () -> new Iterator<>() {
            private int next = read();

            private int read() {
                try {
                    return in.read();
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            }

            @Override
            public boolean hasNext() {
                return next >= 0;
            }

            @Override
            public Integer next() {
                int value = next;
                if (value == 0) {
                    throw new IllegalStateException("a zero");
                }
                next = read();
                return value;
            }
        };
    }

    private static DStream<Integer> bytes(StreamingContext ssc, int port) {
        return ssc.socketStream("127.0.0.1", port, SocketRecordsTest::bytes, StorageLevel.MEMORY_ONLY());
    }

    @Test
    void shouldGiveWhatADecoderFinds() throws Exception {
        try (Server server = new Server();
                Received<Integer> received = new Received<>(new MillraceConf(), ssc -> bytes(ssc, server.port()))) {
            server.serve(new byte[] {1, 2, 3});
            server.serve(new byte[] {4});

            assertThat(received.next(4)).containsExactly(1, 2, 3, 4);
            received.finish();
        }
    }

    @Test
    void shouldConnectAgainWhenTheDecoderFails() throws Exception {
        try (Server server = new Server();
                Received<Integer> received = new Received<>(new MillraceConf(), ssc -> bytes(ssc, server.port()))) {
            server.serve(new byte[] {1, 0, 2});
            ReceiverInfo said = received.nextError();
            server.serve(new byte[] {3});

            assertThat(received.next(2)).containsExactly(1, 3);
            assertThat(said.lastErrorMessage()).isEqualTo("restarts: receiving from " + server.address() + " failed");
            assertThat(said.lastError()).isEqualTo("java.lang.IllegalStateException: a zero");
            received.finish();
        }
    }
}
