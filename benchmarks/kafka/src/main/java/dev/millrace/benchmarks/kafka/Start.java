/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.benchmarks.kafka;

import dev.millrace.benchmarks.TemporaryFiles;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/**
 * Measures the time that a program with much state takes from the start of its process until the first record has gone through. Our checkpoint is where it
 * was; the other side has lost its disk and has its changelog.
 */
final class Start {
    private static final Duration QUIET = Duration.ofSeconds(2);
    private static final long PATIENCE_NANOS = 1_800_000_000_000L;

    private final Lab lab;
    private final int partitions;
    private final long keys;
    private final Peer peer;
    private final String group;
    private final String from;
    private final String to;
    private final Path directory;

    /** Has the state built, and ends the program. */
    Start(Lab lab, int partitions, long keys, String from, Peer peer) throws Exception {
        this.lab = lab;
        this.partitions = partitions;
        this.keys = keys;
        this.peer = peer;
        this.from = from;
        group = lab.name("group");
        to = lab.newTopic("to", partitions);
        directory = lab.newDirectory("state");
        try (Child child = start()) {
            long giveUp = System.nanoTime() + PATIENCE_NANOS;
            while (lab.progress(group) < keys) {
                child.mustRun();
                if (System.nanoTime() - giveUp > 0) {
                    throw new IllegalStateException(peer.name() + " has not built its state in half an hour");
                }
                Thread.sleep(100);
            }
            Thread.sleep(QUIET.toMillis());
        }
    }

    Peer peer() {
        return peer;
    }

    private Child start() throws Exception {
        return peer.start(Program.COUNT, lab, from, to, group, directory);
    }

    /**
     * One start.
     *
     * @param seconds until the first result
     * @param all until there is one of each partition
     * @param processor seconds of processor time until then
     */
    record Taken(double seconds, double all, double processor) {}

    Taken measure() throws Exception {
        lab.awaitNoMembers(group);
        if (!peer.isMillrace() && directory.toFile().exists()) {
            TemporaryFiles.delete(directory);
        }
        try (KafkaConsumer<byte[], byte[]> reader = Records.reader(lab.servers(), to, partitions)) {
            reader.seekToEnd(reader.assignment());
            reader.assignment().forEach(reader::position);
            Records.writeOneEach(lab.servers(), from, partitions);
            long begin = System.nanoTime();
            try (Child child = start()) {
                int seen = Records.await(child, reader, 1);
                long first = System.nanoTime() - begin;
                Records.await(child, reader, partitions - seen);
                return new Taken(
                        first / 1e9,
                        (System.nanoTime() - begin) / 1e9,
                        child.processorTime().toNanos() / 1e9);
            }
        }
    }
}
