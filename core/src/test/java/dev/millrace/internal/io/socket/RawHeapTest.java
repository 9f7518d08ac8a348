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
    private static final int RECORDS = 60_000_000;

    @TempDir
    private Path directory;

    private void run(String checkpoint) throws Exception {
        ChildJvm.run(RawHeapTest.class, "-Xmx256m", directory.resolve("log"), checkpoint);
    }

    @Test
    @Tag("full")
    void shouldTakeManySmallRecords() throws Exception {
        run("");
    }

    @Test
    void shouldLogManySmallRecords() throws Exception {
        run(directory.resolve("checkpoint").toString());
    }

    /** A list of booleans, of a byte each; and a list with one record, which is such a list. */
    public static void main(String[] args) throws Exception {
        AtomicLong taken = new AtomicLong();
        CountDownLatch honest = new CountDownLatch(1);
        MillraceConf conf =
                new MillraceConf().setMaster("local[2]").set("millrace.streaming.receiverRestartDelay", "1ms");
        try (Server server = new Server();
                StreamingContext ssc = new StreamingContext(conf, Durations.milliseconds(100))) {
            if (!args[0].isEmpty()) {
                ssc.checkpoint(args[0]);
            }
            ssc.<Object>rawSocketStream("127.0.0.1", server.port()).named("in").foreachRDD("count", rdd -> {
                taken.addAndGet(rdd.filter(value -> value.equals(true)).count());
                if (rdd.filter(value -> value.equals(1)).count() > 0) {
                    honest.countDown();
                }
            });
            ssc.start();
            sendBooleans(server, false);
            sendBooleans(server, true);
            try (Socket client = server.accept();
                    DataOutputStream out = new DataOutputStream(client.getOutputStream())) {
                byte[] block = ValueCodec.builtIn().encode(List.of(1));
                out.writeInt(block.length);
                out.write(block);
                out.flush();
                boolean came = honest.await(60, TimeUnit.SECONDS);
                System.out.println(taken + " booleans, " + came + ", " + ssc.failure());
                System.exit(came && taken.get() == RECORDS && ssc.failure().isEmpty() ? 0 : 1);
            }
        }
    }

    private static void sendBooleans(Server server, boolean asOneRecord) throws IOException {
        byte[] two = ValueCodec.builtIn().encode(Collections.nCopies(2, true)); // version, schemas, tag, size, booleans
        byte[] nested = ValueCodec.builtIn().encode(List.of(Collections.nCopies(2, true)));
        byte[] start = Arrays.copyOf(asOneRecord ? nested : two, (asOneRecord ? nested : two).length - 3);
        byte[] size = new byte[4]; // seven bits each, the lowest first
        for (int i = 0, left = RECORDS; i < 4; i++, left >>>= 7) {
            size[i] = (byte) (left & 0x7f | (i < 3 ? 0x80 : 0));
        }
        try (Socket client = server.accept();
                DataOutputStream out = new DataOutputStream(new BufferedOutputStream(client.getOutputStream()))) {
            out.writeInt(start.length + size.length + RECORDS);
            out.write(start);
            out.write(size);
            byte[] some = new byte[1_000_000];
            Arrays.fill(some, two[two.length - 1]);
            for (int sent = 0; sent < RECORDS; sent += some.length) {
                out.write(some);
            }
        }
    }
}
