/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.receiver;

import dev.millrace.ChildJvm;
import dev.millrace.MillraceConf;
import dev.millrace.rdd.StorageLevel;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StreamingContext;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A receiver of objects of an undeclared class, which stay objects, and an output that is slower than the receiver. */
class StoredObjectsTest {
    private static final int RECORDS = 300_000;
    private static final int AT_ONCE = 1_000;

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"one by one", "in lists"})
    void shouldLetTheReceiverWaitWhenObjectsFillASmallHeap(String how) throws Exception {
        ChildJvm.run(StoredObjectsTest.class, "-Xmx128m", directory.resolve("log"), how);
    }

    /** Some 600 bytes. */
    private static final class Reading {
        private final List<List<String>> values;
        private final String name;
        final double[] last = new double[20];

        Reading(int number) {
            name = "sensor " + number;
            values = List.of(List.of("one " + number, "two " + number), List.of("three " + number, "four " + number));
        }

        boolean isWhole() {
            return values.get(1).get(1).endsWith(name.substring("sensor ".length()));
        }
    }

    private static final class Readings extends Receiver<Reading> {
        final boolean inLists;
        volatile Thread thread = Thread.currentThread();
        volatile boolean stored;

        Readings(boolean inLists) {
            super(StorageLevel.MEMORY_ONLY());
            this.inLists = inLists;
        }

        @Override
        protected void run() throws InterruptedException {
            thread = Thread.currentThread();
            for (int i = 0; i < RECORDS; i += AT_ONCE) {
                List<Reading> some = java.util.stream.IntStream.range(i, i + AT_ONCE)
                        .mapToObj(Reading::new)
                        .toList();
                if (inLists) {
                    store(some.iterator());
                } else {
                    some.forEach(this::store);
                }
            }
            stored = true;
            new CountDownLatch(1).await();
        }

        /** Whether nothing more will come until a batch has made room. */
        boolean isStuck() {
            return stored
                    || thread.getState() == Thread.State.WAITING
                            && Arrays.stream(thread.getStackTrace())
                                    .anyMatch(frame -> frame.getClassName().contains("ReceiverGate"));
        }
    }

    public static void main(String[] args) throws Exception {
        AtomicLong records = new AtomicLong();
        AtomicBoolean waited = new AtomicBoolean();
        CountDownLatch all = new CountDownLatch(1);
        MillraceConf conf = new MillraceConf().setMaster("local[2]");
        try (StreamingContext ssc = new StreamingContext(conf, Durations.milliseconds(50))) {
            Readings readings = new Readings(args[0].equals("in lists"));
            ssc.receiverStream(readings).foreachRDD(rdd -> {
                long whole = rdd.filter(Reading::isWhole).count();
                if (whole > 0 && waited.compareAndSet(false, true)) {
                    while (!readings.isStuck()) {
                        Thread.onSpinWait();
                    }
                    waited.set(!readings.stored);
                }
                if (records.addAndGet(whole) == RECORDS) {
                    all.countDown();
                }
            });
            ssc.start();
            all.await();
            System.out.println(records + " records, " + ssc.failure());
            System.exit(waited.get() && ssc.failure().isEmpty() ? 0 : 1);
        }
    }
}
