/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.crash;

import dev.millrace.MillraceConf;
import dev.millrace.Tuple2;
import dev.millrace.rdd.StorageLevel;
import dev.millrace.streaming.DStream;
import dev.millrace.streaming.StreamingContext;
import dev.millrace.streaming.receiver.Receiver;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Takes numbers from a {@link Feeder}, one block a batch, and puts them out with their sums over a window. Blocks are stored
 * when their batch is about to be planned, so that every run cuts its batches at the same numbers.
 */
final class BlockProgram implements CrashedProgram {
    static final int BLOCK = 40;

    private static final long HANGS_AFTER_SECONDS = 60;

    private @Nullable Blocks receiver;

    public static void main(String[] arguments) {
        Child.run(new BlockProgram(), arguments);
    }

    @Override
    public MillraceConf conf() {
        return new MillraceConf()
                .setMaster("local[2]")
                .set("millrace.streaming.receiver.writeAheadLog.segmentBytes", "300")
                .set("millrace.streaming.checkpoint.snapshotBytes", "1k");
    }

    @Override
    public void build(StreamingContext streaming, Duration interval, String input, Path output) {
        Blocks blocks = new Blocks(Integer.parseInt(input));
        receiver = blocks;
        DStream<Long> numbers = streaming.receiverStream(blocks).named("numbers");
        numbers.map(number -> Nonce.line(Tuple2.of(number, "")))
                .to(StreamingContext.textFiles(output.resolve("numbers").toString()))
                .named("files");
        numbers.window(interval.multipliedBy(3))
                .named("last three")
                .mapToPair(number -> Tuple2.of(number % 7, number))
                .reduceByKey(Long::sum)
                .map(Nonce::line)
                .to(StreamingContext.textFiles(output.resolve("sums").toString()))
                .named("sums");
    }

    @Override
    public void awaitInput(long batch) throws InterruptedException {
        Blocks running = receiver;
        if (running != null) {
            running.awaitBlock(batch);
        }
    }

    /** Begins after the last durable block, and acknowledges what is durable. */
    private static final class Blocks extends Receiver<Long> {
        private final FeederConnection feeder;
        private long allowed;
        private long durable;

        Blocks(int port) {
            super(StorageLevel.MEMORY_AND_DISK_SER());
            feeder = new FeederConnection(port);
        }

        @Override
        protected void run() throws IOException, InterruptedException {
            long last = this.<Long>lastDurablePosition().orElse(0L);
            durable(last);
            List<Long> block = new ArrayList<>();
            for (long number = feeder.open(last); number > 0; number = feeder.next()) {
                if (number > last) { // else it came before
                    block.add(number);
                }
                if (block.size() == BLOCK) {
                    awaitAllowed(number / BLOCK);
                    store(List.copyOf(block), number);
                    block.clear();
                }
            }
        }

        @Override
        public void onStop() {
            feeder.close();
        }

        @Override
        protected void onDurable(Object position) {
            try {
                feeder.acknowledge((long) position);
            } catch (IOException e) {
                reportError("an acknowledgement is lost", e);
            }
            durable((long) position);
        }

        private synchronized void durable(long position) {
            durable = position / BLOCK;
            notifyAll();
        }

        private synchronized void awaitAllowed(long number) throws InterruptedException {
            while (number > allowed) {
                wait();
            }
        }

        synchronized void awaitBlock(long number) throws InterruptedException {
            allowed = number;
            notifyAll();
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(HANGS_AFTER_SECONDS);
            while (durable < number) {
                if (System.nanoTime() > end) {
                    throw new IllegalStateException("block " + number + " does not come");
                }
                TimeUnit.SECONDS.timedWait(this, 1);
            }
        }
    }
}
