/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.crash;

import dev.millrace.MillraceConf;
import dev.millrace.Tuple2;
import dev.millrace.codec.Renamed;
import dev.millrace.rdd.RDD;
import dev.millrace.streaming.DStream;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StateType;
import dev.millrace.streaming.StreamingContext;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Counts keys, in two versions with other types of keys and counts. As a process it is the new version. */
final class UpgradedProgram {
    static final int KEYS = 40;
    private static final int MOST_BATCHES = 10;

    record OldKey(int number) {}

    record Old(int count) {}

    @Renamed(from = "OldKey")
    record NewKey(long number) {}

    @Renamed(from = "Old")
    record New(long count) {}

    private UpgradedProgram() {}

    public static void main(String[] args) {
        Child.begin();
        batch(args[0], true);
        System.exit(0);
    }

    /** The sum of all counts, after each key has come once more. */
    static long batch(String checkpoint, boolean isNew) {
        List<Long> sums = new ArrayList<>();
        MillraceConf conf =
                new MillraceConf().setMaster("local[2]").set("millrace.streaming.checkpoint.snapshotBytes", "1600");
        try (StreamingContext ssc = new StreamingContext(conf, Durations.seconds(1))) {
            ssc.checkpoint(checkpoint);
            ArrayDeque<RDD<Integer>> queue = new ArrayDeque<>();
            for (int i = 0; i < MOST_BATCHES; i++) {
                queue.add(ssc.millraceContext()
                        .parallelize(IntStream.range(0, KEYS).boxed().toList(), 2));
            }
            DStream<Integer> numbers = ssc.queueStream(queue).named("numbers");
            DStream<Long> counts = isNew ? newCounts(ssc, numbers) : oldCounts(ssc, numbers);
            counts.foreachRDD(rdd -> {
                        sums.add(rdd.reduce(Long::sum));
                    })
                    .named("sums");
            ssc.runBatches(1);
        }
        return sums.get(sums.size() - 1);
    }

    private static DStream<Long> oldCounts(StreamingContext ssc, DStream<Integer> numbers) {
        ssc.registerTypes(OldKey.class);
        return numbers.mapToPair(number -> Tuple2.of(new OldKey(number), 1))
                .updateStateByKey(
                        StateType.of("counts", Old.class),
                        (ones, old) -> Optional.of(new Old(old.map(Old::count).orElse(0) + ones.size())))
                .map(pair -> (long) pair._2().count());
    }

    private static DStream<Long> newCounts(StreamingContext ssc, DStream<Integer> numbers) {
        ssc.registerTypes(NewKey.class);
        return numbers.mapToPair(number -> Tuple2.of(new NewKey(number), 1))
                .updateStateByKey(
                        StateType.of("counts", New.class),
                        (ones, old) -> Optional.of(new New(old.map(New::count).orElse(0L) + ones.size())))
                .map(pair -> pair._2().count());
    }
}
