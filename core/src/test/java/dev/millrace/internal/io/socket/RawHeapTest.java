/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.socket;

import dev.millrace.ChildJvm;
import dev.millrace.MillraceConf;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StreamingContext;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A peer whose blocks are small on the wire and large as objects, and a program with a heap of 256 MB. */
class RawHeapTest {
    private static final int NULLS = 60_000_000;

    @TempDir
    private Path directory;

    private void run(String checkpoint) throws Exception {
        ChildJvm.run(RawHeapTest.class, "-Xmx256m", directory.resolve("log"), checkpoint);
    }

    @Test
    @Tag("full")
    void shouldTakeManyNulls() throws Exception {
        run("");
    }

    @Test
    void shouldLogManyNulls() throws Exception {
        run(directory.resolve("checkpoint").toString());
    }

    /** A list of nulls; and a list with one record, which is a list of nulls. */
    public static void main(String[] args) throws Exception {
        AtomicLong nulls = new AtomicLong();
        CountDownLatch honest = new CountDownLatch(1);
        MillraceConf conf =
                new MillraceConf().setMaster("local[2]").set("millrace.streaming.receiverRestartDelay", "1ms");
        try (Server server = new Server();
                StreamingContext ssc = new StreamingContext(conf, Durations.milliseconds(100))) {
            if (!args[0].isEmpty()) {
                ssc.checkpoint(args[0]);
            }
            ssc.<Integer>rawSocketStream("127.0.0.1", server.port()).named("in").foreachRDD("count", rdd -> {
                nulls.addAndGet(rdd.filter(value -> value == null).count());
                if (rdd.filter(value -> value != null).count() > 0) {
                    honest.countDown();
                }
            });
            ssc.start();
            sendNulls(server, false);
            sendNulls(server, true);
            try (Socket client = server.accept();
                    DataOutputStream out = new DataOutputStream(client.getOutputStream())) {
                byte[] block = ValueCodec.builtIn().encode(List.of(1));
                out.writeInt(block.length);
                out.write(block);
                out.flush();
                boolean came = honest.await(60, TimeUnit.SECONDS);
                System.out.println(nulls + " nulls, " + came + ", " + ssc.failure());
                System.exit(came && nulls.get() == NULLS && ssc.failure().isEmpty() ? 0 : 1);
            }
        }
    }

    private static void sendNulls(Server server, boolean asOneRecord) throws IOException {
        byte[] two = ValueCodec.builtIn().encode(Collections.nCopies(2, null)); // version, schemas, tag, size, nulls
        byte[] nested = ValueCodec.builtIn().encode(List.of(Collections.nCopies(2, null)));
        byte[] start = Arrays.copyOf(asOneRecord ? nested : two, (asOneRecord ? nested : two).length - 3);
        byte[] size = new byte[4]; // seven bits each, the lowest first
        for (int i = 0, left = NULLS; i < 4; i++, left >>>= 7) {
            size[i] = (byte) (left & 0x7f | (i < 3 ? 0x80 : 0));
        }
        try (Socket client = server.accept();
                DataOutputStream out = new DataOutputStream(new BufferedOutputStream(client.getOutputStream()))) {
            out.writeInt(start.length + size.length + NULLS);
            out.write(start);
            out.write(size);
            byte[] some = new byte[1_000_000];
            Arrays.fill(some, two[two.length - 1]);
            for (int sent = 0; sent < NULLS; sent += some.length) {
                out.write(some);
            }
        }
    }
}
