/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.benchmarks.kafka;

import dev.millrace.benchmarks.TemporaryFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/**
 * Measures how fast a program goes through a topic that is full already: from the moment at which it has taken a part of it until it has taken nearly
 * all. What it has written must be right, which is looked at afterwards.
 */
final class Throughput {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final long PATIENCE_NANOS = 600_000_000_000L;
    private static final long LOOK_MILLIS = 20;
    private static final double LAST = 0.97; // of all records: the last batch is a small one

    private final Lab lab;
    private final Program program;
    private final String from;
    private final int partitions;
    private final long records;
    private final long first;

    /** @param first the records that a program takes before it is measured */
    Throughput(Lab lab, Program program, String from, int partitions, long records, long first) {
        this.lab = lab;
        this.program = program;
        this.from = from;
        this.partitions = partitions;
        this.records = records;
        this.first = first;
    }

    /** Runs a side once. */
    Rate measure(Peer peer) throws Exception {
        String group = lab.name("group");
        String to = lab.newTopic("to", partitions);
        Path directory = lab.newDirectory("state");
        Rate rate;
        try (Child child = peer.start(program, lab, from, to, group, directory)) {
            Look begin = await(child, group, first);
            Look end = await(child, group, (long) (records * LAST));
            await(child, group, records);
            rate = begin.until(end);
            check(peer, to);
        }
        lab.deleteTopics(to);
        lab.deleteTopics(group); // changelogs
        TemporaryFiles.delete(directory);
        return rate;
    }

    private Look await(Child child, String group, long atLeast) throws InterruptedException {
        long giveUp = System.nanoTime() + PATIENCE_NANOS;
        while (true) {
            long taken = lab.progress(group);
            if (taken >= atLeast) {
                return new Look(
                        taken,
                        System.nanoTime(),
                        child.processorTime(),
                        lab.broker().processorTime());
            }
            child.mustRun();
            if (System.nanoTime() - giveUp > 0) {
                throw new IllegalStateException("only " + taken + " records of " + atLeast + " were taken");
            }
            Thread.sleep(LOOK_MILLIS);
        }
    }

    private record Look(long taken, long nanos, Duration processor, Duration broker) {
        Rate until(Look later) {
            double count = later.taken - taken;
            return new Rate(
                    count * 1e9 / (later.nanos - nanos),
                    later.processor.minus(processor).toNanos() / 1e3 / count,
                    later.broker.minus(broker).toNanos() / 1e3 / count);
        }
    }

    /** Reads the results until they are whole, and once more. */
    private void check(Peer peer, String to) {
        Tally tally = program == Program.MAP_FILTER ? new Kept() : new Last();
        long expected = program == Program.MAP_FILTER ? (records + 1) / 2 : records;
        long giveUp = System.nanoTime() + PATIENCE_NANOS;
        try (KafkaConsumer<byte[], byte[]> reader = Records.reader(lab.servers(), to, partitions)) {
            int idle = 0;
            while (tally.sum() < expected || idle < 3) {
                int before = idle;
                idle++;
                for (ConsumerRecord<byte[], byte[]> record : reader.poll(POLL)) {
                    tally.add(record);
                    idle = 0;
                }
                if (before < idle && System.nanoTime() - giveUp > 0) {
                    break;
                }
            }
        }
        if (tally.sum() != expected) {
            throw new IllegalStateException(peer.name() + " has written results of " + tally.sum() + " records, and "
                    + expected + " are right");
        }
    }

    private interface Tally {
        void add(ConsumerRecord<byte[], byte[]> record);

        long sum();
    }

    private static final class Kept implements Tally {
        private long count;

        @Override
        public void add(ConsumerRecord<byte[], byte[]> record) {
            count++;
        }

        @Override
        public long sum() {
            return count;
        }
    }

    /** The last count of each key. */
    private static final class Last implements Tally {
        private final Map<Long, Long> counts = new HashMap<>();
        private long sum;

        @Override
        public void add(ConsumerRecord<byte[], byte[]> record) {
            long count = java.nio.ByteBuffer.wrap(record.value()).getLong();
            Long before = counts.put(Records.number(record.key(), record.key().length), count);
            sum += count - (before == null ? 0 : before);
        }

        @Override
        public long sum() {
            return sum;
        }
    }
}
