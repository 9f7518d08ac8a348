/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import dev.millrace.ChildJvm;
import dev.millrace.MillraceConf;
import dev.millrace.Programs;
import dev.millrace.Tuple2;
import dev.millrace.codec.Default;
import dev.millrace.codec.Renamed;
import dev.millrace.rdd.RDD;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A state larger than the heap whose types change between two lives, keys and values: the start that rewrites all of it, and
 * the one that reads what was rewritten, need no more memory than the run before.
 */
class LargeUpgradeTest {
    private static final int BATCHES = 12;
    private static final int KEYS_A_BATCH = 10_000;
    private static final long TEXT = 1_000;

    @TempDir
    private Path directory;

    record OldKey(int number) {}

    record Old(String text) {}

    @Renamed(from = "OldKey")
    record NewKey(long number) {}

    @Renamed(from = "Old")
    record New(String text, @Default("1") int count) {}

    @Test
    @Tag("full")
    void shouldRewriteALargeStateInASmallHeap() throws Exception {
        live("old", BATCHES, "512m");
        live("new", 1, "128m");
        live("new", 1, "128m");
        live("all", 1, "512m");
    }

    private void live(String version, int batches, String heap) throws Exception {
        ChildJvm.run(
                LargeUpgradeTest.class,
                "-Xmx" + heap,
                directory.resolve("log"),
                directory.resolve("checkpoint").toString(),
                version,
                Integer.toString(batches));
    }

    public static void main(String[] args) {
        String version = args[1];
        List<Long> seen = new ArrayList<>();
        try (StreamingContext ssc = Programs.local(new MillraceConf().set("millrace.memory.budget", "24m"))) {
            ssc.checkpoint(args[0]);
            Iterator<RDD<Integer>> batches = IntStream.range(0, BATCHES + 3)
                    .mapToObj(batch -> ssc.millraceContext().parallelize(numbers(batch), 4))
                    .iterator();
            DStream<Integer> in = Programs.queued(ssc, batches).named("numbers");
            DStream<Long> sizes = version.equals("old") ? oldState(ssc, in) : newState(ssc, in, version.equals("all"));
            sizes.foreachRDD(rdd -> {
                        seen.add(rdd.reduce(Long::sum));
                    })
                    .named("sizes");
            ssc.runBatches(Integer.parseInt(args[2]));
        }
        long last = seen.get(seen.size() - 1);
        long expected = TEXT
                * switch (version) {
                    case "old" -> KEYS_A_BATCH;
                    case "new" -> 1;
                    default -> (long) BATCHES * KEYS_A_BATCH;
                };
        if (last != expected) {
            throw new AssertionError("expected " + expected + ", seen " + seen);
        }
    }

    /** Each life of the new version has one that the old one had, too. */
    private static List<Integer> numbers(int batch) {
        int first = batch * KEYS_A_BATCH;
        return batch >= BATCHES
                ? List.of(batch)
                : IntStream.range(first, first + KEYS_A_BATCH).boxed().toList();
    }

    private static DStream<Long> oldState(StreamingContext ssc, DStream<Integer> in) {
        ssc.registerTypes(OldKey.class);
        return in.mapToPair(number -> Tuple2.of(new OldKey(number), text(number)))
                .mapWithState(StateType.of("texts", Old.class), (time, key, text, state) -> {
                    state.update(new Old(text.orElseThrow()));
                    return Optional.of((long) state.get().text().length());
                });
    }

    private static DStream<Long> newState(StreamingContext ssc, DStream<Integer> in, boolean all) {
        ssc.registerTypes(NewKey.class);
        MapWithStateDStream<NewKey, String, New, Long> states = in.mapToPair(
                        number -> Tuple2.of(new NewKey(number), text(number)))
                .mapWithState(
                        StateType.of("texts", New.class),
                        (time, key, text, state) ->
                                Optional.of((long) state.get().text().length()));
        return all ? states.stateSnapshots().map(pair -> (long) pair._2().text().length()) : states;
    }

    /** A kilobyte. */
    private static String text(int number) {
        String digits = Integer.toString(number);
        return digits + "x".repeat(1000 - digits.length());
    }
}
