/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.conformance;

import dev.millrace.MillraceConf;
import dev.millrace.Tuple2;
import dev.millrace.rdd.PairRDD;
import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.DStream;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.MapWithStateDStream;
import dev.millrace.streaming.PairDStream;
import dev.millrace.streaming.State;
import dev.millrace.streaming.StateType;
import dev.millrace.streaming.StreamingContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Words of files: counts, running totals, a window of three batches, sessions that time out and staged text files, run some batches at a time. */
final class HopProgram {
    /** What is known of a word. */
    record Total(long count, int batches) {}

    /** What one batch gave, as maps. */
    record Seen(
            SortedMap<String, Long> totals,
            SortedMap<String, Integer> window,
            List<String> mapped,
            SortedMap<String, Integer> open) {}

    private final Path input;
    private final Path work;
    final List<Seen> seen = new ArrayList<>();

    HopProgram(Path input, Path work) {
        this.input = input;
        this.work = work;
    }

    Path output() {
        return work.resolve("out");
    }

    void run(String master, int batches) {
        MillraceConf conf = new MillraceConf()
                .setMaster(master)
                .set("millrace.streaming.fileStream.maxBytesPerBatch", "1"); // one file a batch
        try (StreamingContext ssc = new StreamingContext(conf, Durations.seconds(1))) {
            ssc.checkpoint(work.resolve("checkpoint").toString());
            build(ssc);
            ssc.runBatches(batches);
        }
    }

    private void build(StreamingContext ssc) {
        DStream<String> lines = ssc.textFileStream(input.toString(), false).named("lines");
        PairDStream<String, Integer> counts = lines.flatMapList(line -> List.of(line.split(" ")))
                .mapToPair(word -> Tuple2.of(word, 1))
                .reduceByKey(Integer::sum);
        PairDStream<String, Total> totals =
                counts.updateStateByKey(StateType.of("totals", Total.class), HopProgram::update);
        PairDStream<String, Integer> window =
                counts.window(Durations.seconds(3)).named("recent").reduceByKey(Integer::sum);
        counts.to(StreamingContext.textFiles(output().toString())).named("files");
        List<SortedMap<String, Long>> held = new ArrayList<>();
        totals.foreachRDD("totals-seen", rdd -> held.add(map(rdd.mapValues(Total::count))));
        MapWithStateDStream<String, Integer, Integer, String> sessions = counts.mapWithState(
                StateType.of("sessions", Integer.class).timeout(Durations.seconds(4)), HopProgram::session);
        List<List<String>> mapped = new ArrayList<>();
        sessions.foreachRDD(
                "mapped-seen", rdd -> mapped.add(rdd.collect().stream().sorted().toList()));
        List<SortedMap<String, Integer>> open = new ArrayList<>();
        sessions.stateSnapshots().foreachRDD("open-seen", rdd -> open.add(map(rdd)));
        window.foreachRDD(
                "window-seen", rdd -> seen.add(new Seen(held.remove(0), map(rdd), mapped.remove(0), open.remove(0))));
    }

    /** Sums; single words only touch, so that time and state change apart. */
    private static Optional<String> session(
            BatchTime time, String word, Optional<Integer> count, State<Integer> state) {
        if (state.isTimingOut()) {
            return Optional.of(word + " ends with " + state.get());
        }
        if (count.orElseThrow() > 1 || !state.exists()) {
            state.update(state.orElse(0) + count.get());
        }
        return Optional.of(word + " has " + state.get());
    }

    private static Optional<Total> update(List<Integer> values, Optional<Total> before) {
        Total old = before.orElse(new Total(0, 0));
        if (values.isEmpty()) {
            return old.batches() > 6 ? Optional.empty() : before; // words that were frequent go when they pause
        }
        return Optional.of(new Total(
                old.count() + values.stream().mapToInt(Integer::intValue).sum(), old.batches() + 1));
    }

    private static <V> SortedMap<String, V> map(PairRDD<String, V> rdd) {
        return new TreeMap<>(rdd.collectAsMap());
    }
}
