/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.benchmarks;

import dev.millrace.MillraceConf;
import dev.millrace.rdd.RDD;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StopResult;
import dev.millrace.streaming.StreamingContext;
import dev.millrace.streaming.event.ReceiverInfo;
import dev.millrace.streaming.event.StreamingListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * A process that counts the lines of a socket with Millrace: logged, in batches of a second, stopped gracefully when the
 * connection has ended. As strings it makes every line a string, as the JDK's reader does.
 */
final class MillraceReader {
    private MillraceReader() {}

    public static void main(String[] arguments) throws InterruptedException {
        int port = Integer.parseInt(arguments[0]);
        Path checkpoint = Path.of(arguments[1]);
        boolean asStrings = Boolean.parseBoolean(arguments[2]);
        AtomicLong lines = new AtomicLong();
        AtomicLong startNanos = new AtomicLong();
        CountDownLatch connectionEnded = new CountDownLatch(1);
        LogSize log = new LogSize(checkpoint.resolve("wal"));
        StreamingContext ssc = new StreamingContext(new MillraceConf().setMaster("local[*]"), Durations.seconds(1));
        ssc.checkpoint(checkpoint.toString());
        ssc.socketTextStream("127.0.0.1", port)
                .named("lines")
                .foreachRDD(rdd -> lines.addAndGet(count(rdd, asStrings)))
                .named("count");
        ssc.addStreamingListener(new StreamingListener() {
            @Override
            public void onReceiverStarted(ReceiverInfo receiver) {
                startNanos.compareAndSet(0, System.nanoTime());
            }

            @Override
            public void onReceiverError(ReceiverInfo receiver) {
                connectionEnded.countDown();
            }
        });
        ssc.start();
        connectionEnded.await();
        if (ssc.stop(Duration.ofMinutes(5)) != StopResult.FINISHED) {
            throw new IllegalStateException("what was received could not be processed in time");
        }
        long nanos = System.nanoTime() - startNanos.get();
        log.close();
        Measured.print(lines.get(), nanos, log.most());
    }

    private static long count(RDD<String> lines, boolean asStrings) {
        return asStrings ? lines.filter(line -> !line.isEmpty()).count() : lines.count();
    }

    /** Looks four times a second how large the log is. */
    private static final class LogSize implements AutoCloseable {
        private final Path directory;
        private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        private volatile long most;

        LogSize(Path directory) {
            this.directory = directory;
            timer.scheduleAtFixedRate(this::look, 0, 250, TimeUnit.MILLISECONDS);
        }

        private void look() {
            if (Files.isDirectory(directory)) {
                try (Stream<Path> files = Files.list(directory)) {
                    most = Math.max(most, files.mapToLong(LogSize::size).sum());
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }

        private static long size(Path file) {
            try {
                return Files.size(file);
            } catch (NoSuchFileException e) {
                return 0; // deleted meanwhile
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        long most() {
            return most;
        }

        @Override
        public void close() {
            timer.shutdown();
        }
    }
}
