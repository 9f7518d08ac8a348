/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import dev.millrace.ChildJvm;
import dev.millrace.Programs;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A thousand streams of files, each of which has seen one, in a heap of 128 MB. */
class ManyFileStreamsTest {
    private static final int STREAMS = 1000;
    private static final long MOST_BYTES = 20_000;

    @TempDir
    private Path directory;

    @Test
    void shouldTakeLittleMemoryForEach() throws Exception {
        ChildJvm.run(ManyFileStreamsTest.class, "-Xmx128m", directory.resolve("log"), directory.toString());
    }

    private static long used() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    public static void main(String[] args) throws IOException {
        AtomicLong lines = new AtomicLong();
        try (StreamingContext ssc = Programs.local()) {
            long before = used();
            for (int i = 0; i < STREAMS; i++) {
                Path in = Files.createDirectory(Path.of(args[0], "in" + i));
                Files.writeString(in.resolve("file"), "a line\n");
                ssc.textFileStream(in.toString(), false).foreachRDD(rdd -> {
                    lines.addAndGet(rdd.count());
                });
            }
            ssc.runBatches(2);
            long each = (used() - before) / STREAMS;
            System.out.println(each + " bytes a stream, " + lines + " lines");
            System.exit(each <= MOST_BYTES && lines.get() == STREAMS ? 0 : 1);
        }
    }
}
