/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.Here;
import dev.millrace.MillraceConf;
import dev.millrace.Programs;
import dev.millrace.Tuple2;
import dev.millrace.function.Function4;
import dev.millrace.rdd.HashPartitioner;
import dev.millrace.rdd.TaskContext;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MapWithStateTest {
    record Session(int visits, List<String> pages) {
        Session and(String page) {
            List<String> more = new ArrayList<>(pages);
            more.add(page);
            return new Session(visits + 1, more);
        }
    }

    private static final StateType<Session> SESSIONS = StateType.of("sessions", Session.class);
    private static final StateType<Integer> SUMS = StateType.of("sums", Integer.class);

    /** One partition, so that the order in it is the order of all. */
    private static StreamingContext ordered() {
        return new StreamingContext(new MillraceConf().setMaster("local[1]"), Durations.seconds(1));
    }

    /** Batches of words such as "a1 b2": a key and a value. An empty text is a batch without records. */
    private static PairDStream<String, String> pairs(StreamingContext ssc, String... batches) {
        List<List<String>> words = Arrays.stream(batches)
                .map(batch -> batch.isEmpty() ? List.<String>of() : List.of(batch.split(" ")))
                .toList();
        return Programs.batches(ssc, words)
                .named("input")
                .mapToPair(word -> Tuple2.of(word.substring(0, 1), word.substring(1)));
    }

    /** What is mapped and what is known after each batch. */
    private record Seen(List<List<String>> mapped, List<List<Tuple2<String, Session>>> states) {
        static Seen of(MapWithStateDStream<String, String, Session, String> stream) {
            List<List<Tuple2<String, Session>>> states = new ArrayList<>();
            stream.stateSnapshots().foreachRDD(rdd -> {
                states.add(rdd.collect());
            });
            return new Seen(Programs.collected(stream), states);
        }

        List<List<String>> keys() {
            return states.stream()
                    .map(batch -> batch.stream().map(Tuple2::_1).toList())
                    .toList();
        }
    }

    /** Tells every call; "-" removes, "." only looks. */
    private static Optional<String> visit(BatchTime time, String key, Optional<String> page, State<Session> state) {
        if (state.isTimingOut()) {
            return Optional.of(key + " gone with " + state.get().visits() + " at " + time.milliseconds());
        }
        switch (page.orElseThrow()) {
            case "-" -> state.remove();
            case "." -> {}
            default -> state.update(state.orElse(new Session(0, List.of())).and(page.get()));
        }
        return Optional.of(
                key + page.get() + state.getOption().map(Session::visits).orElse(0));
    }

    @Test
    void shouldCallTheFunctionOnceARecordInOrderOfArrival() {
        try (StreamingContext ssc = ordered()) {
            Seen seen = Seen.of(
                    pairs(ssc, "b1 a1 b2", "", "c1 a2 b- b3 d-").mapWithState(SESSIONS, MapWithStateTest::visit));
            ssc.runBatches(3);
            assertThat(seen.mapped())
                    .containsExactly(
                            List.of("b11", "a11", "b22"), List.of(), List.of("c11", "a22", "b-0", "b31", "d-0"));
            assertThat(seen.keys()).containsExactly(List.of("b", "a"), List.of("b", "a"), List.of("b", "a", "c"));
            assertThat(seen.states().get(2))
                    .contains(
                            Tuple2.of("a", new Session(2, List.of("1", "2"))),
                            Tuple2.of("b", new Session(1, List.of("3"))));
        }
    }

    @Test
    void shouldPutAKeyThatComesAgainInALaterBatchAtTheEnd() {
        try (StreamingContext ssc = ordered()) {
            Seen seen = Seen.of(pairs(ssc, "a1 b1", "a-", "a2").mapWithState(SESSIONS, MapWithStateTest::visit));
            ssc.runBatches(3);
            assertThat(seen.keys()).containsExactly(List.of("a", "b"), List.of("b"), List.of("b", "a"));
        }
    }

    @Test
    void shouldMapToNothingWhenTheResultIsEmpty() {
        try (StreamingContext ssc = ordered()) {
            List<List<String>> mapped =
                    Programs.collected(pairs(ssc, "a1 b2 a3").mapWithState(SUMS, (time, key, value, state) -> {
                        state.update(state.orElse(0) + Integer.parseInt(value.orElseThrow()));
                        return state.get() > 2 ? Optional.empty() : Optional.of(key + state.get());
                    }));
            ssc.runBatches(1);
            assertThat(mapped).containsExactly(List.of("a1", "b2"));
        }
    }

    @Test
    void shouldTimeOutInTheFirstBatchThatIsLaterByMoreThanTheTimeout() {
        try (StreamingContext ssc = ordered()) {
            Seen seen = Seen.of(pairs(ssc, "b1 a1", "a2", "", "", "", "", "")
                    .mapWithState(SESSIONS.timeout(Durations.seconds(2)), MapWithStateTest::visit));
            ssc.runBatches(7);
            assertThat(seen.mapped())
                    .containsExactly(
                            List.of("b11", "a11"),
                            List.of("a22"),
                            List.of(), // b is idle for 2 s, which is not longer than 2 s
                            List.of("b gone with 1 at 4000"),
                            List.of("a gone with 2 at 5000"),
                            List.of(),
                            List.of());
            assertThat(seen.keys())
                    .containsExactly(
                            List.of("b", "a"),
                            List.of("b", "a"),
                            List.of("b", "a"),
                            List.of("a"),
                            List.of(),
                            List.of(),
                            List.of());
        }
    }

    @Test
    void shouldRoundATimeoutUpToTheNextBatch() {
        try (StreamingContext ssc = ordered()) {
            Seen seen = Seen.of(pairs(ssc, "a1", "", "", "")
                    .mapWithState(SESSIONS.timeout(Duration.ofMillis(1500)), MapWithStateTest::visit));
            ssc.runBatches(4);
            assertThat(seen.mapped())
                    .containsExactly(List.of("a11"), List.of(), List.of("a gone with 1 at 3000"), List.of());
        }
    }

    @Test
    void shouldMapTimeoutsAfterTheRecordsInOrderOfFirstArrival() {
        try (StreamingContext ssc = ordered()) {
            Seen seen = Seen.of(pairs(ssc, "c1 a1 b1 d1", "b. c.", "", "e1", "")
                    .mapWithState(SESSIONS.timeout(Durations.seconds(2)), MapWithStateTest::visit));
            ssc.runBatches(5);
            assertThat(seen.mapped().subList(3, 5))
                    .containsExactly(
                            List.of("e11", "a gone with 1 at 4000", "d gone with 1 at 4000"),
                            List.of("c gone with 1 at 5000", "b gone with 1 at 5000"));
        }
    }

    @Test
    void shouldKeepAKeyWhoseDataComesInTheBatchInWhichItFallsDue() {
        try (StreamingContext ssc = ordered()) {
            Seen seen = Seen.of(pairs(ssc, "a1", "", "a.", "", "")
                    .mapWithState(SESSIONS.timeout(Durations.seconds(1)), MapWithStateTest::visit));
            ssc.runBatches(5);
            assertThat(seen.mapped())
                    .containsExactly(
                            List.of("a11"), List.of(), List.of("a.1"), List.of(), List.of("a gone with 1 at 5000"));
        }
    }

    @Test
    void shouldDoWithTheFormsOfTheOriginal() {
        try (StreamingContext ssc = Programs.local()) {
            StateSpec<String, String, Integer, String> spec = StateSpec.<String, String, Integer, String>function(
                            (key, value, state) -> {
                                state.update(state.orElse(0) + 1);
                                return key + state + TaskContext.get().partitionId();
                            })
                    .initialState(ssc.millraceContext()
                            .parallelizePairs(List.of(Tuple2.of("a", 10), Tuple2.of("z", 7), Tuple2.of("a", 20))))
                    .numPartitions(3);
            MapWithStateDStream<String, String, Integer, String> mapped =
                    pairs(ssc, "a1 b1", "a1").mapWithState(spec);
            List<List<String>> results = Programs.collected(mapped);
            List<Set<Tuple2<String, Integer>>> states = new ArrayList<>();
            mapped.stateSnapshots().foreachRDD(rdd -> {
                assertThat(rdd.getNumPartitions()).isEqualTo(3);
                states.add(new HashSet<>(rdd.collect()));
            });
            ssc.runBatches(2);
            HashPartitioner layout = new HashPartitioner(3);
            assertThat(results.get(0))
                    .containsExactlyInAnyOrder(
                            "aState(21)" + layout.getPartition("a"), "bState(1)" + layout.getPartition("b"));
            assertThat(results.get(1)).containsExactly("aState(22)" + layout.getPartition("a"));
            assertThat(states.get(1)).isEqualTo(Set.of(Tuple2.of("a", 22), Tuple2.of("b", 1), Tuple2.of("z", 7)));
        }
    }

    @Test
    void shouldLetSeveralOutputsReadWhatWasMappedOnce() {
        Set<String> calls = ConcurrentHashMap.newKeySet();
        try (StreamingContext ssc = Programs.local()) {
            MapWithStateDStream<String, String, Integer, String> mapped = pairs(ssc, "a1 b1", "a2")
                    .mapWithState(SUMS, (time, key, value, state) -> {
                        assertThat(calls.add(key + value.orElseThrow()))
                                .as("called once")
                                .isTrue();
                        return Optional.of(key);
                    });
            List<Long> counts = new ArrayList<>();
            mapped.foreachRDD(rdd -> {
                counts.add(rdd.count());
                counts.add((long) rdd.take(1).size());
            });
            mapped.map(String::length).foreachRDD(rdd -> {
                counts.add(rdd.count());
            });
            ssc.runBatches(2);
            assertThat(counts).containsExactly(2L, 1L, 2L, 1L, 1L, 1L);
        }
    }

    @Test
    void shouldRefuseWhatWasMappedWhenItsBatchIsOver() {
        try (StreamingContext ssc = ordered()) {
            List<dev.millrace.rdd.RDD<String>> kept = new ArrayList<>();
            String[] line = new String[1];
            pairs(ssc, "a1")
                    .mapWithState((line[0] = Here.line()) == null ? SESSIONS : SESSIONS, MapWithStateTest::visit)
                    .foreachRDD(rdd -> {
                        kept.add(rdd);
                    });
            ssc.runBatches(1);
            assertThatThrownBy(() -> kept.get(0).collect())
                    .hasMessageContaining(
                            "the RDD of mapWithState at " + line[0] + " for batch 1000 ms was dropped when"
                                    + " a later batch was committed; read it within its batch, or keep it with window()");
        }
    }

    @Test
    void shouldTimeOutAcrossRestartsAsWithoutThem(@TempDir Path directory) {
        String[] batches = {"b1 a1 c1", "a2 d1", "a.", "", "b2 e1", "c3", "", "e.", "", "", "", ""};
        List<List<String>> whole = restarted(directory.resolve("whole"), batches, batches.length);
        assertThat(whole).contains(List.of("b gone with 1 at 4000", "c gone with 1 at 4000"));
        for (int every = 1; every < 4; every++) {
            assertThat(restarted(directory.resolve("every-" + every), batches, every))
                    .isEqualTo(whole);
        }
    }

    private static List<List<String>> restarted(Path directory, String[] batches, int every) {
        List<List<String>> all = new ArrayList<>();
        for (int done = 0; done < batches.length; done += every) {
            MillraceConf conf =
                    new MillraceConf().setMaster("local[1]").set("millrace.streaming.checkpoint.snapshotBytes", "600");
            try (StreamingContext ssc = new StreamingContext(conf, Durations.seconds(1))) {
                ssc.checkpoint(directory.toString());
                MapWithStateDStream<String, String, Session, String> stream = pairs(ssc, batches)
                        .mapWithState(SESSIONS.timeout(Durations.seconds(2)), MapWithStateTest::visit);
                stream.foreachRDD("mapped", rdd -> {
                    all.add(rdd.collect());
                });
                stream.stateSnapshots().foreachRDD("states", rdd -> {
                    all.add(rdd.map(Tuple2::toString).collect());
                });
                ssc.runBatches(Math.min(every, batches.length - done));
            }
        }
        return all;
    }

    @Test
    void shouldTakeTheInitialStateOnlyAtTheVeryFirstStart(@TempDir Path directory) {
        List<List<Tuple2<String, Integer>>> states = new ArrayList<>();
        for (int run = 0; run < 3; run++) {
            try (StreamingContext ssc = ordered()) {
                ssc.checkpoint(directory.toString());
                StateSpec<String, String, Integer, String> spec = StateSpec.<String, String, Integer, String>function(
                                (time, key, value, state) -> {
                                    state.remove();
                                    return Optional.empty();
                                })
                        .stateType(SUMS)
                        .initialState(
                                ssc.millraceContext().parallelizePairs(List.of(Tuple2.of("a", 1), Tuple2.of("b", 2))));
                pairs(ssc, "c1", "a1", "b1").mapWithState(spec).stateSnapshots().foreachRDD("states", rdd -> {
                    states.add(rdd.collect());
                });
                ssc.runBatches(1);
            }
        }
        assertThat(states)
                .containsExactly(List.of(Tuple2.of("a", 1), Tuple2.of("b", 2)), List.of(Tuple2.of("b", 2)), List.of());
    }

    @Test
    void shouldCountInitialStateAsTouchedInTheFirstBatch() {
        try (StreamingContext ssc = ordered()) {
            StateSpec<String, String, Integer, String> spec = StateSpec.<String, String, Integer, String>function(
                            (time, key, value, state) -> Optional.of(key + " gone at " + time))
                    .timeout(Durations.seconds(1))
                    .initialState(ssc.millraceContext().parallelizePairs(List.of(Tuple2.of("a", 1))));
            List<List<String>> mapped = Programs.collected(pairs(ssc).mapWithState(spec));
            ssc.runBatches(4);
            assertThat(mapped).containsExactly(List.of(), List.of(), List.of("a gone at 3000 ms"), List.of());
        }
    }

    @Test
    void shouldCountUntimedStateFromTheStart(@TempDir Path directory) {
        List<List<String>> mapped = new ArrayList<>();
        for (int run = 0; run < 2; run++) {
            try (StreamingContext ssc = ordered()) {
                ssc.checkpoint(directory.toString());
                StateSpec<String, String, Integer, String> spec = StateSpec.<String, String, Integer, String>function(
                                (time, key, value, state) -> Optional.of(key + " gone at " + time))
                        .stateType(run == 0 ? SUMS : SUMS.timeout(Durations.seconds(1)))
                        .initialState(ssc.millraceContext().parallelizePairs(List.of(Tuple2.of("a", 1))));
                pairs(ssc).mapWithState(spec).foreachRDD("mapped", rdd -> {
                    mapped.add(rdd.collect());
                });
                ssc.runBatches(3);
            }
        }
        assertThat(mapped)
                .containsExactly(List.of(), List.of(), List.of(), List.of(), List.of("a gone at 5000 ms"), List.of());
    }

    @Test
    void shouldCallAgainWithTheSameStateWhenAnAttemptFails() {
        Set<String> failed = new HashSet<>();
        MillraceConf conf = new MillraceConf().setMaster("local[1]").set("millrace.task.maxAttempts", "2");
        try (StreamingContext ssc = new StreamingContext(conf, Durations.seconds(1))) {
            Function4<BatchTime, String, Optional<String>, State<Session>, Optional<String>> function =
                    (time, key, page, state) -> {
                        if (key.equals("b") && failed.add("b at " + time)) {
                            throw new IllegalStateException("on purpose");
                        }
                        return visit(time, key, page, state);
                    };
            Seen seen = Seen.of(pairs(ssc, "a1 b1 a2", "a3 b2", "", "")
                    .mapWithState(SESSIONS.timeout(Durations.seconds(1)), function));
            ssc.runBatches(4);
            assertThat(seen.mapped())
                    .containsExactly(
                            List.of("a11", "b11", "a22"),
                            List.of("a33", "b22"),
                            List.of(),
                            List.of("a gone with 3 at 4000", "b gone with 2 at 4000"));
            assertThat(failed).hasSize(3);
        }
    }

    @Test
    void shouldRefuseAFunctionThatChangesAValueWhenThatIsChecked() {
        MillraceConf conf = new MillraceConf().set("millrace.streaming.checkMutation", "true");
        try (StreamingContext ssc = Programs.local(conf)) {
            String[] line = new String[1];
            Programs.batches(ssc, List.of(List.of(numbers(1), numbers(2))))
                    .mapToPair(list -> Tuple2.of("a", list))
                    .mapWithState(type(line), (time, key, value, state) -> {
                        if (state.exists()) {
                            state.get().addAll(value.orElseThrow()); // a copy
                        } else {
                            state.update(value.orElseThrow());
                            state.get().add(7); // the record itself
                        }
                        return Optional.empty();
                    })
                    .foreachRDD(rdd -> {});
            assertThatThrownBy(() -> ssc.runBatches(1))
                    .hasMessageContaining("the function changed one of the values of key a in place, given to"
                            + " mapWithState at " + line[0].replaceAll("\\d+$", ""))
                    .hasMessageContaining(
                            "; other outputs and a task that is tried again would see the change: begin the"
                                    + " state with a new object");
        }
    }

    private static List<Integer> numbers(int first) {
        return new ArrayList<>(List.of(first));
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // a class cannot say of what it is a list
    private static StateType<List<Integer>> type(String[] line) {
        line[0] = Here.line();
        return (StateType) StateType.of("lists", List.class);
    }
}
