/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.benchmarks.rocksdb;

import dev.millrace.MillraceConf;
import dev.millrace.Tuple2;
import dev.millrace.benchmarks.TemporaryFiles;
import dev.millrace.benchmarks.Updates;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StateSpec;
import dev.millrace.streaming.StateType;
import dev.millrace.streaming.StreamingContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** The counts as a state, in virtual time. */
final class MillraceCounts implements Counts {
    private final StreamingContext ssc;
    private final Path directory;
    private final AtomicLong sum = new AtomicLong();

    /**
     * @param budget the bytes of memory that the state may take
     * @param durable whether it has a checkpoint directory
     */
    MillraceCounts(Updates updates, int threads, int partitions, long budget, boolean durable, Path directory)
            throws IOException {
        this.directory = directory;
        ssc = new StreamingContext(
                new MillraceConf()
                        .setMaster("local[" + threads + "]")
                        .set("millrace.memory.budget", Long.toString(budget))
                        .set(
                                "millrace.memory.spillDirectory",
                                Files.createDirectory(directory.resolve("spilled"))
                                        .toString()),
                Durations.seconds(1));
        if (durable) {
            ssc.checkpoint(directory.resolve("checkpoint").toString());
        }
        ssc.from(updates)
                .named("keys")
                .mapToPair(key -> new Tuple2<>(key, 1L))
                .mapWithState(StateSpec.<String, Long, Long, Long>function((time, key, one, state) -> {
                            long count = state.orElse(0L) + one.orElseThrow();
                            state.update(count);
                            return Optional.of(Counts.mixed(key, count));
                        })
                        .stateType(StateType.of("counts", Long.class))
                        .numPartitions(partitions))
                .foreachRDD(rdd -> sum.set(rdd.fold(0L, Long::sum)))
                .named("sum");
        ssc.runAvailable(); // nothing yet; opened so, snapshots are folded in the background, as in real time
    }

    @Override
    public long count() {
        ssc.runBatches(1);
        return sum.get();
    }

    @Override
    public long bytesOnDisk() throws IOException {
        return TemporaryFiles.bytes(directory);
    }

    @Override
    public void close() {
        ssc.stop(true, true);
    }
}
