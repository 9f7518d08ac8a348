/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.races;

import dev.millrace.MillraceConf;
import dev.millrace.Tuple2;
import dev.millrace.rdd.HashPartitioner;
import dev.millrace.streaming.DStream;
import dev.millrace.streaming.PairDStream;
import dev.millrace.streaming.StateType;
import dev.millrace.streaming.StreamingContext;
import dev.millrace.streaming.event.BatchInfo;
import dev.millrace.streaming.event.StreamingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** A program with every kind of function, state and output; what its outputs say can be counted again from each other. */
final class RaceProgram {
    static final Duration INTERVAL = Duration.ofMillis(10);
    static final int WINDOW = 3;
    static final long END = 100;

    private static final long MIDDLE = 60; // the numbers below come from a source, the others from a receiver
    private static final int KEPT = 20;

    private final int race;
    private final Path directory;
    private final Mischief mischief;

    /** Hears of what the program does. */
    interface Progress {
        void batch();

        void publishes();

        void allTaken();

        void allStored();
    }

    RaceProgram(int race, Path directory, Mischief mischief) {
        this.race = race;
        this.directory = directory;
        this.mischief = mischief;
    }

    StreamingContext build(MillraceConf conf, Progress progress) throws IOException {
        conf.setMaster("local[2]")
                .registerTypes(Amount.class)
                .set("millrace.streaming.checkpoint.retainedBatches", String.valueOf(KEPT))
                .set("millrace.streaming.checkpoint.snapshotBytes", "4k")
                .set("millrace.streaming.receiverRestartDelay", "10ms")
                .set("millrace.task.retryDelay", "5ms");
        StreamingContext ssc = new StreamingContext(conf, INTERVAL);
        ssc.checkpoint(directory.resolve("checkpoint").toString());
        DStream<Amount> numbers = numbers(ssc, progress);
        numbers.foreachBatch((rdd, batch) -> {
                    append(rdd.collect());
                    mischief.at(Place.FOREACH);
                    progress.batch();
                })
                .named("seen");
        numbers.to(table("rows")).named("rows");
        numbers.to(new Parts(directory.resolve("staged"), directory.resolve("parts"), mischief, progress::publishes))
                .named("parts");
        numbers.to(StreamingContext.textFiles(directory.resolve("text").toString()))
                .named("text");
        lines(ssc, numbers.mapToPair(number -> Tuple2.of(Amount.key(number), number)))
                .to(table("lines"))
                .named("lines");
        ssc.addStreamingListener(new StreamingListener() {
            @Override
            public void onBatchCompleted(BatchInfo batch) {
                mischief.at(Place.LISTENER);
            }
        });
        return ssc;
    }

    private <T> Table<T> table(String name) throws IOException {
        return new Table<>(directory.resolve(name), directory.resolve(name + "-unfinished"), mischief);
    }

    private void append(List<Amount> numbers) throws IOException {
        Files.writeString(
                directory.resolve("seen"),
                numbers.stream().map(number -> Amount.text(number) + "\n").collect(Collectors.joining()),
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    private DStream<Amount> numbers(StreamingContext ssc, Progress progress) {
        DStream<Amount> fed = ssc.receiverStream(new Feed(race, MIDDLE, END, mischief, progress::allStored))
                .named("feed");
        return ssc.from(new Numbers(MIDDLE, mischief, progress::allTaken))
                .named("numbers")
                .map(number -> {
                    mischief.at(Place.MAP);
                    return Amount.of(race, number);
                })
                .union(fed)
                .filter(number -> {
                    mischief.at(Place.FILTER);
                    return true;
                })
                .flatMap(number -> {
                    mischief.at(Place.FLAT_MAP);
                    return List.of(number).iterator();
                })
                .mapPartitions(partition -> {
                    mischief.at(Place.MAP_PARTITIONS);
                    return partition;
                })
                .transform(rdd -> {
                    mischief.at(Place.TRANSFORM);
                    return rdd;
                });
    }

    /** All that is counted for each key, in text. */
    private DStream<String> lines(StreamingContext ssc, PairDStream<String, Amount> pairs) {
        DStream<String> sums = text("sum", pairs.reduceByKey((one, other) -> at(Place.MERGE, Amount.plus(one, other))));
        DStream<String> combined = text(
                "combined",
                pairs.combineByKey(one -> at(Place.COMBINER, one), Amount::plus, Amount::plus, new HashPartitioner(2)));
        DStream<String> window = text(
                "window",
                pairs.reduceByKeyAndWindow(
                                (one, other) -> at(Place.WINDOW_MERGE, Amount.plus(one, other)),
                                (one, other) -> at(Place.WINDOW_INVERSE, Amount.minus(one, other)),
                                INTERVAL.multipliedBy(WINDOW),
                                INTERVAL)
                        .named("window"));
        DStream<String> totals = text(
                "total",
                pairs.updateStateByKey(
                        StateType.of("totals", Amount.class),
                        (values, total) -> at(
                                Place.STATE_UPDATE,
                                values.stream()
                                        .reduce(Amount::plus)
                                        .map(sum -> total.isPresent() ? Amount.plus(total.get(), sum) : sum)
                                        .or(() -> total))));
        DStream<String> counts = pairs.mapWithState(StateType.of("counts", Amount.class), (time, key, value, state) -> {
            Amount number = value.orElseThrow();
            Amount next = state.exists() ? Amount.plus(state.get(), number) : number;
            state.update(at(Place.STATE_MAP, next));
            return Optional.of("count " + key + " " + Amount.text(next));
        });
        return ssc.union(sums, combined, window, totals, counts);
    }

    private <T> T at(Place place, T value) {
        mischief.at(place);
        return value;
    }

    private static DStream<String> text(String name, PairDStream<String, Amount> amounts) {
        return amounts.map(pair -> name + " " + pair._1() + " " + Amount.text(pair._2()));
    }
}
