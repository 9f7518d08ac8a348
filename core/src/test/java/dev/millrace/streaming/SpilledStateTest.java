/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceConf;
import dev.millrace.Programs;
import dev.millrace.Tuple2;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** States that are larger than the budget: what they give is what they give in memory, in the same order. */
class SpilledStateTest {
    private static final int BATCHES = 24;
    private static final int KEYS = 3_000;

    @TempDir
    Path spills;

    @TempDir
    Path checkpoint;

    record Visits(int count, String lastPage) {}

    /** What a program gave, a text a batch and output, and whether anything was on disk meanwhile. */
    private static final class Seen {
        private final List<String> given = new ArrayList<>();
        private boolean spilled;
    }

    private static List<List<Tuple2<String, String>>> batches(long seed) {
        Random random = new Random(seed);
        List<List<Tuple2<String, String>>> batches = new ArrayList<>();
        for (int batch = 0; batch < BATCHES; batch++) {
            List<Tuple2<String, String>> records = new ArrayList<>();
            int count = batch % 6 == 5 ? 0 : random.nextInt(1_500);
            for (int i = 0; i < count; i++) {
                records.add(Tuple2.of("user-" + random.nextInt(KEYS), "page ".repeat(20) + i));
            }
            batches.add(records);
        }
        return batches;
    }

    private static Optional<String> visit(BatchTime time, String user, Optional<String> page, State<Visits> state) {
        if (state.isTimingOut()) {
            return Optional.of(user + " gone after " + state.get().count());
        }
        int before = state.exists() ? state.get().count() : 0;
        if (before == 4) {
            state.remove();
        } else if (before != 2 || page.orElseThrow().endsWith("1")) {
            state.update(new Visits(before + 1, page.orElseThrow()));
        }
        return Optional.of(user + before);
    }

    private void run(Seen seen, String budget, long seed, int batches, boolean durable) throws IOException {
        MillraceConf conf = new MillraceConf()
                .set("millrace.memory.budget", budget)
                .set("millrace.memory.spillDirectory", spills.toString());
        try (StreamingContext ssc = Programs.local(conf)) {
            if (durable) {
                ssc.checkpoint(checkpoint.toString());
            }
            PairDStream<String, String> pairs =
                    Programs.batches(ssc, batches(seed)).named("visits").mapToPair(pair -> pair);
            MapWithStateDStream<String, String, Visits, String> visits = pairs.mapWithState(
                    StateType.of("users", Visits.class).timeout(Durations.seconds(3)), SpilledStateTest::visit);
            visits.foreachRDD(rdd -> {
                        seen.given.add("mapped " + rdd.collect());
                    })
                    .named("mapped");
            visits.stateSnapshots()
                    .foreachRDD(rdd -> {
                        seen.given.add("states " + rdd.collect());
                    })
                    .named("states");
            pairs.updateStateByKey(
                            StateType.of("totals", Integer.class),
                            (pages, total) -> Optional.of(total.orElse(0) + pages.size()))
                    .foreachRDD(rdd -> {
                        seen.given.add("totals " + rdd.collect());
                        seen.spilled |= isSpilled();
                    })
                    .named("totals");
            ssc.runBatches(batches);
        }
    }

    private boolean isSpilled() throws IOException {
        try (Stream<Path> files = Files.walk(spills)) {
            return files.anyMatch(file -> file.toString().endsWith(".spill"));
        }
    }

    private Seen run(String budget, long seed) throws IOException {
        Seen seen = new Seen();
        run(seen, budget, seed, BATCHES, false);
        return seen;
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "300k"})
    void shouldGiveWhatItGivesInMemoryWhenTheBudgetIsSmaller(String budget) throws IOException {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Seen roomy = run("60%", seed);
        assertThat(roomy.spilled).isFalse();
        Seen tight = run(budget, seed);
        assertThat(tight.spilled).isTrue();
        assertThat(tight.given.equals(roomy.given)).isTrue();
    }

    @Test
    void shouldGoOnAfterARestartWhenStateIsSpilled() throws IOException {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Seen whole = run("60%", seed);
        Seen parts = new Seen();
        run(parts, "300k", seed, BATCHES / 3, true);
        run(parts, "1", seed, BATCHES / 3, true);
        run(parts, "300k", seed, BATCHES / 3, true);
        assertThat(parts.spilled).isTrue();
        assertThat(parts.given.equals(whole.given)).isTrue();
    }

    private static List<Tuple2<String, String>> records(String prefix, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> Tuple2.of(prefix + i, "page " + i))
                .toList();
    }

    private record Life(String budget, int batches) {}

    /** The keys that time out in each batch, how many for each first letter. */
    private List<Map<Character, Long>> gone(List<List<Tuple2<String, String>>> batches, Life... lives) {
        List<Map<Character, Long>> gone = new ArrayList<>();
        for (Life life : lives) {
            MillraceConf conf = new MillraceConf()
                    .set("millrace.memory.budget", life.budget())
                    .set("millrace.memory.spillDirectory", spills.toString());
            try (StreamingContext ssc = Programs.local(conf)) {
                if (lives.length > 1) {
                    ssc.checkpoint(checkpoint.toString());
                }
                PairDStream<String, String> pairs =
                        Programs.batches(ssc, batches).named("visits").mapToPair(pair -> pair);
                pairs.filter(pair -> pair._1().startsWith("a"))
                        .mapWithState(
                                StateType.of("first", Visits.class).timeout(Durations.seconds(5)),
                                SpilledStateTest::visit)
                        .union(pairs.filter(pair -> !pair._1().startsWith("a"))
                                .mapWithState(
                                        StateType.of("second", Visits.class).timeout(Durations.seconds(4)),
                                        SpilledStateTest::visit))
                        .filter(text -> text.contains("gone"))
                        .foreachRDD(rdd -> {
                            gone.add(rdd.collect().stream()
                                    .collect(Collectors.groupingBy(text -> text.charAt(0), Collectors.counting())));
                        })
                        .named("gone");
                ssc.runBatches(life.batches());
            }
        }
        return gone;
    }

    @Test
    void shouldTimeOutInTheSameBatchAfterARestartWithLittleMemory() {
        List<List<Tuple2<String, String>>> batches = new ArrayList<>(Collections.nCopies(12, List.of()));
        List<Tuple2<String, String>> all = records("a", 9_001);
        batches.set(0, all);
        batches.set( // but for some that stand where no part of what is restored begins
                2, all.stream().filter(pair -> !pair._1().endsWith("777")).toList());
        List<Map<Character, Long>> whole = gone(batches, new Life("60%", 12));
        assertThat(whole.get(6)).isEqualTo(Map.of('a', 9L));
        assertThat(whole.get(8)).isEqualTo(Map.of('a', 8_992L));
        assertThat(gone(batches, new Life("100k", 3), new Life("100k", 9))).isEqualTo(whole);
    }

    @Test
    void shouldTimeOutTheKeysOfAStateThatWasEmptyWhenItWentToDisk() {
        List<List<Tuple2<String, String>>> batches = new ArrayList<>(Collections.nCopies(24, List.of()));
        batches.set(0, records("a", 100));
        batches.set(8, records("b", 6_001));
        batches.set(10, records("a", 1));
        batches.set(11, records("b", 8_000));
        List<Map<Character, Long>> whole = gone(batches, new Life("60%", 24));
        assertThat(whole.get(6)).isEqualTo(Map.of('a', 100L));
        assertThat(whole.get(16)).containsEntry('a', 1L);
        assertThat(gone(batches, new Life("100k", 24))).isEqualTo(whole);
    }

    /** Quiet batches, so that keys fall due in partitions that are on disk, and restarts before them. */
    @Test
    void shouldTimeOutInTheSameBatchWhateverTheBudgetsAndTheRestarts() throws IOException {
        long first = Long.getLong("millrace.spilled.seed", System.nanoTime());
        for (long seed = first; seed < first + 40; seed++) {
            Random random = new Random(seed);
            List<List<Tuple2<String, String>>> batches = new ArrayList<>();
            for (int batch = 0; batch < 18; batch++) {
                List<Tuple2<String, String>> records = new ArrayList<>();
                for (int i = random.nextInt(3) > 0 ? 0 : random.nextInt(40); i > 0; i--) {
                    String key = random.nextInt(5) > 0 ? "a" + random.nextInt(20) : "b" + random.nextInt(3);
                    records.add(Tuple2.of(key, "page " + i));
                }
                batches.add(records);
            }
            Life[] lives = new Life[4];
            for (int life = 0, left = 18; life < lives.length; left -= lives[life++].batches()) {
                int count = life == lives.length - 1 ? left : 1 + random.nextInt(left - lives.length + life + 1);
                lives[life] = new Life(List.of("1", "4k", "60%").get(random.nextInt(3)), count);
            }
            assertThat(gone(batches, lives))
                    .as("-Dmillrace.spilled.seed=%d, lives %s", seed, List.of(lives))
                    .isEqualTo(gone(batches, new Life("60%", 18)));
            deleteCheckpoint();
        }
    }

    private void deleteCheckpoint() throws IOException {
        try (Stream<Path> files = Files.walk(checkpoint)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** No type is declared for it, so it cannot be written. */
    private static final class Sum {
        private final long value;

        Sum(long value) {
            this.value = value;
        }
    }

    @Test
    void shouldKeepInMemoryWhatTheCodecDoesNotKnow() throws IOException {
        List<Long> sums = new ArrayList<>();
        MillraceConf conf = new MillraceConf()
                .set("millrace.memory.budget", "1")
                .set("millrace.memory.spillDirectory", spills.toString());
        try (StreamingContext ssc = Programs.local(conf)) {
            Programs.batches(ssc, List.of("a", "b"), List.of("a"), List.of("b", "b"))
                    .mapToPair(word -> Tuple2.of(word, 1L))
                    .<Sum>updateStateByKey((ones, sum) ->
                            Optional.of(new Sum(sum.map(before -> before.value).orElse(0L) + ones.size())))
                    .foreachRDD(rdd -> {
                        rdd.collect().forEach(pair -> sums.add(pair._2().value));
                    });
            ssc.runBatches(3);
        }
        assertThat(sums).containsExactlyInAnyOrder(1L, 1L, 2L, 1L, 2L, 3L);
    }
}
