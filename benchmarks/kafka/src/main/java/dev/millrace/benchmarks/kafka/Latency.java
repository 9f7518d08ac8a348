/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.benchmarks.kafka;

import dev.millrace.benchmarks.Figures;
import dev.millrace.benchmarks.TemporaryFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Producer;

/**
 * From the moment at which a record should be written, at an even rate, until a reader of committed records has the result. The first seconds
 * are not counted. Both ends are in this process, so they have one clock.
 */
final class Latency {
    private static final Duration POLL = Duration.ofMillis(50);
    private static final long LATE_NANOS = 10_000_000_000L;
    private static final long SECOND = 1_000_000_000;

    private final Lab lab;
    private final Program program;
    private final int partitions;
    private final long keys;
    private final double perSecond;
    private final long warmSeconds;
    private final long seconds;

    Latency(Lab lab, Program program, int partitions, long keys, double perSecond, long warmSeconds, long seconds) {
        this.lab = lab;
        this.program = program;
        this.partitions = partitions;
        this.keys = keys;
        this.perSecond = perSecond;
        this.warmSeconds = warmSeconds;
        this.seconds = seconds;
    }

    /**
     * The latencies of a run, and its cost.
     *
     * @param processor of the program, as a share of one processor
     * @param missing records whose results did not come within ten seconds after the last one was written
     */
    record Seen(Figures millis, double processor, long missing) {}

    Seen measure(Peer peer) throws Exception {
        String group = lab.name("group");
        String from = lab.newTopic("from", partitions);
        String to = lab.newTopic("to", partitions);
        Path directory = lab.newDirectory("state");
        Seen seen;
        try (Child child = peer.start(program, lab, from, to, group, directory)) {
            seen = watch(child, from, to);
        }
        lab.deleteTopics(from);
        lab.deleteTopics(to);
        lab.deleteTopics(group);
        TemporaryFiles.delete(directory);
        return seen;
    }

    private Seen watch(Child child, String from, String to) throws Exception {
        try (KafkaConsumer<byte[], byte[]> reader = Records.reader(lab.servers(), to, partitions)) {
            Records.writeOneEach(lab.servers(), from, partitions);
            Records.await(child, reader, partitions);
            long begin = System.nanoTime();
            AtomicBoolean stop = new AtomicBoolean();
            Thread writer = new Thread(() -> write(from, begin, stop), "writer");
            writer.start();
            try {
                return watch(child, reader, begin);
            } finally {
                stop.set(true);
                writer.join();
            }
        }
    }

    private long total() {
        return (long) (perSecond * (warmSeconds + seconds));
    }

    private Seen watch(Child child, KafkaConsumer<byte[], byte[]> reader, long begin) {
        long counted = begin + warmSeconds * SECOND;
        long end = counted + seconds * SECOND;
        long left = total();
        Figures figures = new Figures();
        Duration before = null;
        Duration after = null;
        while (left > 0 && System.nanoTime() - end < LATE_NANOS) {
            child.mustRun();
            for (ConsumerRecord<byte[], byte[]> record : reader.poll(POLL)) {
                long due = Records.number(record.value(), Records.STAMP);
                left--;
                if (due >= counted) {
                    figures.add(System.nanoTime() - due);
                }
            }
            before = before == null && System.nanoTime() >= counted ? child.processorTime() : before;
            after = after == null && System.nanoTime() >= end ? child.processorTime() : after;
        }
        Duration used = after == null ? child.processorTime() : after;
        return new Seen(figures, used.minus(before == null ? used : before).toNanos() / 1e9 / seconds, left);
    }

    private void write(String from, long begin, AtomicBoolean stop) {
        long total = total();
        RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
        try (Producer<byte[], byte[]> producer = Records.producer(lab.servers(), 0)) {
            for (long i = 0; i < total && !stop.get(); i++) {
                long due = begin + (long) (i * 1e9 / perSecond);
                while (System.nanoTime() < due) {
                    LockSupport.parkNanos(Math.min(SECOND / 1000, due - System.nanoTime()));
                }
                producer.send(Records.record(from, partitions, random.nextLong(keys), Records.value(due, true)));
            }
        }
    }
}
