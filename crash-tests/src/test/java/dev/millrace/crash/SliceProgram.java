/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.crash;

import dev.millrace.MillraceConf;
import dev.millrace.MillraceContext;
import dev.millrace.Tuple2;
import dev.millrace.rdd.CollectionAccumulator;
import dev.millrace.rdd.LongAccumulator;
import dev.millrace.streaming.PairDStream;
import dev.millrace.streaming.StateType;
import dev.millrace.streaming.StreamingContext;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Counts words of files: batch by batch, over a window, and in all; and how often words are forgotten. One file a batch. */
final class SliceProgram implements CrashedProgram {
    private static final long FORGOTTEN = 7;

    public static void main(String[] arguments) {
        Child.run(new SliceProgram(), arguments);
    }

    @Override
    public MillraceConf conf() {
        return new MillraceConf()
                .setMaster("local[2]")
                .set("millrace.streaming.fileStream.maxBytesPerBatch", "1")
                .set("millrace.streaming.checkpoint.snapshotBytes", "2k");
    }

    @Override
    public void build(StreamingContext streaming, Duration interval, String input, Path output) {
        PairDStream<String, Long> counts = streaming
                .textFileStream(input, false)
                .named("lines")
                .flatMapList(line -> List.of(line.split(" ")))
                .mapToPair(word -> Tuple2.of(word, 1L))
                .reduceByKey(Long::sum);
        MillraceContext context = streaming.millraceContext();
        LongAccumulator forgotten = context.durable(context.longAccumulator("forgotten"));
        CollectionAccumulator<Long> sums = context.durable(context.collectionAccumulator("sums"));
        PairDStream<String, Long> totals =
                counts.updateStateByKey(StateType.of("totals", Long.class), (values, before) -> {
                    Optional<Long> total = total(values, before);
                    if (total.isEmpty()) {
                        forgotten.add(1);
                        sums.add(before.orElse(0L));
                    }
                    return total;
                });
        PairDStream<String, Long> recent = counts.window(interval.multipliedBy(4), interval.multipliedBy(2))
                .named("recent")
                .reduceByKey(Long::sum);

        save(counts, "counts", output);
        save(totals, "totals", output);
        save(recent, "recent", output);
        counts.foreachBatch((rdd, batch) -> Effects.append(output, batch.time()))
                .named("seen");
    }

    /** Some words are forgotten on the way, so that keys leave the state and come again. */
    private static Optional<Long> total(List<Long> counts, Optional<Long> before) {
        long sum =
                before.orElse(0L) + counts.stream().mapToLong(Long::longValue).sum();
        return sum % FORGOTTEN == 0 ? Optional.empty() : Optional.of(sum);
    }

    private static void save(PairDStream<String, Long> stream, String name, Path output) {
        stream.map(Nonce::line)
                .to(StreamingContext.textFiles(output.resolve(name).toString()))
                .named(name);
    }
}
