/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.ChildJvm;
import dev.millrace.MillraceConf;
import dev.millrace.Tuple2;
import dev.millrace.rdd.StorageLevel;
import dev.millrace.streaming.DStream;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StreamingContext;
import dev.millrace.streaming.event.BatchInfo;
import dev.millrace.streaming.event.StreamingListener;
import dev.millrace.streaming.receiver.Receiver;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A program whose own data fills nine tenths of its heap: the budget knows nothing of it. */
class FullHeapTest {
    private static final int RECORDS = 20_000;
    private static final int KEYS = 100;

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"UseSerialGC", "UseParallelGC", "UseG1GC"})
    void shouldGoOnWithAWarning(String collector) throws Exception {
        Path log = directory.resolve("log");
        ChildJvm.run(FullHeapTest.class, "-Xmx192m", collector, log, directory.toString());
        String text = Files.readString(log);
        assertThat(text)
                .contains("the heap is almost full: after a collection 1")
                .contains("the window is on disk");
        assertThat(text.split("the heap is almost full", -1)).hasSize(2);
    }

    private static final class Numbers extends Receiver<String> {
        Numbers() {
            super(StorageLevel.MEMORY_ONLY());
        }

        @Override
        protected void run() throws InterruptedException {
            for (int i = 0; i < RECORDS; i++) {
                store("number " + i);
            }
            new CountDownLatch(1).await();
        }
    }

    public static void main(String[] args) throws Exception {
        List<byte[]> own = new ArrayList<>();
        while (own.size() * 100_000L < Runtime.getRuntime().maxMemory() / 100 * 87) {
            own.add(new byte[100_000]);
        }
        System.gc();
        MillraceConf conf = new MillraceConf().setMaster("local[2]").set("millrace.memory.spillDirectory", args[0]);
        AtomicLong records = new AtomicLong();
        AtomicLong inWindow = new AtomicLong();
        CountDownLatch all = new CountDownLatch(1);
        try (StreamingContext ssc = new StreamingContext(conf, Durations.milliseconds(50))) {
            DStream<String> numbers = ssc.receiverStream(new Numbers());
            numbers.window(Durations.minutes(10)).foreachRDD(rdd -> inWindow.set(rdd.count()));
            numbers.mapToPair(text -> Tuple2.of(text.length() + text.hashCode() % KEYS, 1L))
                    .reduceByKey(Long::sum)
                    .foreachRDD(rdd -> {
                        if (records.addAndGet(rdd.collect().stream()
                                        .mapToLong(Tuple2::_2)
                                        .sum())
                                == RECORDS) {
                            all.countDown();
                        }
                    });
            ssc.addStreamingListener(new StreamingListener() {
                @Override
                public void onBatchCompleted(BatchInfo batch) {
                    if (!batch.failure().isEmpty()) {
                        all.countDown();
                    }
                }
            });
            ssc.start();
            all.await();
            boolean spilled;
            try (var files = Files.walk(Path.of(args[0]))) {
                spilled = files.anyMatch(file -> Files.isRegularFile(file) && !file.endsWith("log"));
            }
            System.out.println("the window " + (spilled ? "is on disk" : "is in memory") + " beside " + own.size());
            System.exit(inWindow.get() == RECORDS && ssc.failure().isEmpty() ? 0 : 1);
        }
    }
}
