/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.CapturedLog;
import dev.millrace.MillraceConf;
import dev.millrace.Programs;
import dev.millrace.Tuple2;
import dev.millrace.function.Function2;
import dev.millrace.rdd.HashPartitioner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** State that a function changes in place counts once: after a restart, after a retry, on disk, and for those who read it. */
class InPlaceStateTest {
    @TempDir
    Path checkpoint;

    @TempDir
    Path spills;

    /** The accumulating bean of every tutorial; equal if only its name is. */
    static final class Tally {
        private String name = "";
        private int count;
        private int age;

        Tally() {}

        Tally(String name) {
            this.name = name;
        }

        Tally add(int more) {
            count += more;
            return this;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Tally tally && tally.name.equals(name);
        }

        @Override
        public int hashCode() {
            return name.hashCode();
        }

        @Override
        public String toString() {
            return name + count + (age == 0 ? "" : "/" + age);
        }
    }

    private static final StateType<Tally> TALLIES = StateType.of("tallies", Tally.class);

    /** One way to keep tallies of the words of each batch; what comes is all keys with their tallies. */
    interface Form {
        DStream<String> tallies(PairDStream<String, Integer> words, AtomicInteger failures);
    }

    private static DStream<String> shown(PairDStream<String, Tally> tallies) {
        return tallies.map(pair -> pair._1() + "=" + pair._2());
    }

    private static void failWhileLeft(AtomicInteger failures) {
        if (failures.getAndDecrement() > 0) {
            throw new IllegalStateException("after the change");
        }
        failures.set(0);
    }

    private static Function2<List<Integer>, Optional<Tally>, Optional<Tally>> update(AtomicInteger failures) {
        return (values, state) -> {
            Tally tally = state.orElseGet(() -> new Tally("t"));
            values.forEach(tally::add);
            failWhileLeft(failures);
            return Optional.of(tally);
        };
    }

    private static String add(Optional<Integer> value, State<Tally> state, AtomicInteger failures) {
        if (!state.exists()) {
            state.update(new Tally("t"));
        }
        Tally tally = state.get().add(value.orElseThrow()); // without update()
        failWhileLeft(failures);
        return tally.toString();
    }

    /** The forms that a checkpoint can keep. */
    static Stream<Form> typed() {
        return Stream.of(
                (words, failures) -> shown(words.updateStateByKey(TALLIES, update(failures))),
                (words, failures) -> shown(words.updateStateByKey(TALLIES, update(failures), new HashPartitioner(3))),
                (words, failures) -> shown(words.updateStateByKey(
                        TALLIES, (time, key, values, state) -> update(failures).call(values, state))),
                (words, failures) -> shown(words.mapWithState(
                                TALLIES,
                                (BatchTime time, String key, Optional<Integer> value, State<Tally> state) ->
                                        Optional.of(add(value, state, failures)))
                        .stateSnapshots()),
                (words, failures) -> shown(words.mapWithState(
                                StateSpec.function((String key, Optional<Integer> value, State<Tally> state) ->
                                                add(value, state, failures))
                                        .stateType(TALLIES.timeout(Durations.seconds(100))))
                        .stateSnapshots()));
    }

    private List<List<String>> run(String budget, boolean durable, int batches, Form form, AtomicInteger failures) {
        MillraceConf conf = new MillraceConf()
                .set("millrace.memory.budget", budget)
                .set("millrace.memory.spillDirectory", spills.toString())
                .set("millrace.task.retryDelay", "1ms")
                .registerTypes(Tally.class);
        List<List<String>> seen = new ArrayList<>();
        try (StreamingContext ssc = Programs.local(conf)) {
            if (durable) {
                ssc.checkpoint(checkpoint.toString());
            }
            List<List<Tuple2<String, Integer>>> input = new ArrayList<>();
            for (int i = 1; i <= 6; i++) {
                input.add(List.of(Tuple2.of("a", 1), Tuple2.of(i == 1 ? "b" : "a", 10)));
            }
            form.tallies(Programs.batches(ssc, input).named("words").mapToPair(pair -> pair), failures)
                    .foreachRDD("seen", rdd -> {
                        seen.add(rdd.collect().stream().sorted().toList());
                    });
            ssc.runBatches(batches);
        }
        return seen;
    }

    private static final List<List<String>> TALLIED = List.of(
            List.of("a=t1", "b=t10"),
            List.of("a=t12", "b=t10"),
            List.of("a=t23", "b=t10"),
            List.of("a=t34", "b=t10"),
            List.of("a=t45", "b=t10"),
            List.of("a=t56", "b=t10"));

    @ParameterizedTest
    @MethodSource("typed")
    void shouldGoOnAfterARestart(Form form) {
        List<List<String>> seen = new ArrayList<>();
        for (String budget : List.of("60%", "1", "60%")) {
            seen.addAll(run(budget, true, 2, form, new AtomicInteger()));
        }
        assertThat(seen).isEqualTo(TALLIED);
    }

    @ParameterizedTest
    @MethodSource("typed")
    void shouldCountOnceWhenATaskFailsAfterTheChange(Form form) {
        for (String budget : List.of("60%", "1")) {
            List<List<String>> seen = new ArrayList<>();
            AtomicInteger failures = new AtomicInteger();
            for (int i = 0; i < 6; i++) {
                failures.set(Math.min(i, 3)); // as often as a task may fail
                seen.addAll(run(budget, true, 1, form, failures));
            }
            assertThat(seen).as("budget %s", budget).isEqualTo(TALLIED);
            deleteCheckpoint();
        }
    }

    private void deleteCheckpoint() {
        try (Stream<Path> files = Files.walk(checkpoint)) {
            files.sorted(Comparator.reverseOrder())
                    .filter(file -> !file.equals(checkpoint))
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One life, in which each batch after the first fails once or more in the middle. */
    @ParameterizedTest
    @MethodSource("typed")
    void shouldCountOnceWithoutACheckpointToo(Form form) {
        for (String budget : List.of("60%", "1")) {
            AtomicInteger calls = new AtomicInteger();
            AtomicInteger failures = new AtomicInteger();
            Form failing = (words, ignored) -> form.tallies(
                    words.mapValues(value -> {
                        failures.set(calls.incrementAndGet() % 3 == 0 ? 2 : 0); // so do some batches
                        return value;
                    }),
                    failures);
            assertThat(run(budget, false, 6, failing, failures))
                    .as("budget %s", budget)
                    .isEqualTo(TALLIED);
        }
    }

    /** The function ages states that got no values: most of a state is changed in place by batches without data. */
    @Test
    void shouldLogStatesThatGrowOlderWithoutValues() {
        Form form = (words, failures) -> shown(words.updateStateByKey(TALLIES, (values, state) -> {
            Tally tally = state.orElseGet(() -> new Tally("t"));
            tally.age += values.isEmpty() ? 1 : 0;
            return Optional.of(tally);
        }));
        List<List<String>> seen = new ArrayList<>();
        for (int life = 0; life < 3; life++) {
            seen.addAll(run("60%", true, 2, form, new AtomicInteger()));
        }
        assertThat(seen)
                .containsExactly(
                        List.of("a=t0", "b=t0"),
                        List.of("a=t0", "b=t0/1"),
                        List.of("a=t0", "b=t0/2"),
                        List.of("a=t0", "b=t0/3"),
                        List.of("a=t0", "b=t0/4"),
                        List.of("a=t0", "b=t0/5"));
    }

    /** Equal by its name, like {@link Tally}, but nothing in it can be changed. */
    record Named(String name, int count) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Named named && named.name.equals(name);
        }

        @Override
        public int hashCode() {
            return Objects.hash(name);
        }
    }

    @Test
    void shouldLogARecordWhoseOwnEqualityLooksAtAPart() {
        Form form = (words, failures) -> words.updateStateByKey(
                        StateType.of("named", Named.class),
                        (values, state) -> Optional.of(
                                new Named("t", state.map(Named::count).orElse(0) + values.size())))
                .map(pair -> pair._1() + "=" + pair._2().count());
        List<List<String>> seen = new ArrayList<>();
        for (int life = 0; life < 3; life++) {
            seen.addAll(run("60%", true, 1, form, new AtomicInteger()));
        }
        assertThat(seen).containsExactly(List.of("a=1", "b=1"), List.of("a=3", "b=1"), List.of("a=5", "b=1"));
    }

    /** A record that looks immutable; its array is not. */
    record Bytes(byte[] counts) {}

    /** A record whose component may be anything. */
    record Box<T>(T held) {}

    private static byte[] counted(byte[] counts, List<Integer> values) {
        values.forEach(value -> counts[value == 1 ? 0 : 1]++);
        return counts;
    }

    static Stream<Form> arraysAndRecords() {
        return Stream.of(
                (words, failures) -> words.updateStateByKey(
                                StateType.of("bytes", byte[].class),
                                (values, state) -> Optional.of(counted(state.orElse(new byte[2]), values)))
                        .map(pair -> pair._1() + Arrays.toString(pair._2())),
                (words, failures) -> words.updateStateByKey(StateType.of("bytes", Bytes.class), (values, state) -> {
                            Bytes bytes = state.orElse(new Bytes(new byte[2]));
                            counted(bytes.counts(), values);
                            return Optional.of(bytes);
                        })
                        .map(pair -> pair._1() + Arrays.toString(pair._2().counts())),
                (words, failures) -> words.<Box<List<Integer>>>updateStateByKey(boxes(), (values, state) -> {
                            Box<List<Integer>> box = state.orElse(new Box<>(new ArrayList<>(List.of(0, 0))));
                            values.forEach(value -> box.held()
                                    .set(value == 1 ? 0 : 1, 1 + box.held().get(value == 1 ? 0 : 1)));
                            return Optional.of(box);
                        })
                        .map(pair -> pair._1() + pair._2().held()));
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // a class cannot say of what it is a box
    private static StateType<Box<List<Integer>>> boxes() {
        return (StateType) StateType.of("boxes", Box.class);
    }

    @ParameterizedTest
    @MethodSource("arraysAndRecords")
    void shouldGoOnWithArraysAndWithRecordsThatHoldWhatChanges(Form form) {
        List<List<String>> seen = new ArrayList<>();
        for (String budget : List.of("60%", "1", "60%")) {
            seen.addAll(run(budget, true, 2, form, new AtomicInteger()));
        }
        assertThat(seen)
                .startsWith(List.of("a[1, 0]", "b[0, 1]"), List.of("a[2, 1]", "b[0, 1]"))
                .endsWith(List.of("a[6, 5]", "b[0, 1]"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"60%", "1"})
    void shouldShowEachTimeoutTheStateThatTheKeyHas(String budget) {
        AtomicInteger failures = new AtomicInteger(2);
        Form form = (words, ignored) -> words.mapWithState(
                TALLIES.timeout(Durations.seconds(2)),
                (BatchTime time, String key, Optional<Integer> value, State<Tally> state) -> {
                    if (!state.isTimingOut()) {
                        add(value, state, new AtomicInteger());
                        return Optional.empty();
                    }
                    Tally tally = state.get().add(1000);
                    failWhileLeft(failures);
                    return Optional.of(key + tally);
                });
        assertThat(run(budget, false, 4, form, failures))
                .containsExactly(List.of(), List.of(), List.of(), List.of("bt1010"));
    }

    /** Records of one key in one batch: the function hands out the object that it goes on changing. */
    @ParameterizedTest
    @ValueSource(strings = {"60%", "1"})
    void shouldMapToTheStateAsItWasThen(String budget) {
        Form form = (words, failures) -> words.mapWithState(
                        TALLIES, (BatchTime time, String key, Optional<Integer> value, State<Tally> state) -> {
                            add(value, state, new AtomicInteger());
                            return Optional.of(state.get());
                        })
                .map(Tally::toString);
        assertThat(run(budget, false, 3, form, new AtomicInteger()))
                .containsExactly(List.of("t1", "t10"), List.of("t12", "t2"), List.of("t13", "t23"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"60%", "1"})
    void shouldNotBeChangedByWhoReadsIt(String budget) {
        Form form = (words, failures) -> words.updateStateByKey(TALLIES, update(failures))
                .map(pair -> pair._1() + "=" + pair._2().add(1000));
        assertThat(run(budget, true, 1, form, new AtomicInteger())).containsExactly(List.of("a=t1001", "b=t1010"));
        assertThat(run(budget, true, 2, form, new AtomicInteger()))
                .containsExactly(List.of("a=t1012", "b=t1010"), List.of("a=t1023", "b=t1010"));
    }

    /** The merge is wrong, because it changes what the window's panes hold; the state is none of that. */
    @ParameterizedTest
    @ValueSource(strings = {"60%", "1"})
    void shouldNotBeChangedByAWindowOverIt(String budget) {
        Form form = (words, failures) -> {
            PairDStream<String, Tally> tallies = words.updateStateByKey(TALLIES, update(failures));
            tallies.reduceByKeyAndWindow((first, second) -> first.add(second.count), Durations.seconds(3))
                    .named("window")
                    .foreachRDD("merged", rdd -> rdd.count());
            return shown(tallies);
        };
        assertThat(run(budget, true, 6, form, new AtomicInteger())).isEqualTo(TALLIED);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldGiveEachKeyAnInitialStateOfItsOwn(boolean mapped) {
        Tally shared = new Tally("t").add(100);
        MillraceConf conf = new MillraceConf().registerTypes(Tally.class);
        List<List<String>> seen = new ArrayList<>();
        try (StreamingContext ssc = Programs.local(conf)) {
            var initial =
                    ssc.millraceContext().parallelizePairs(List.of(Tuple2.of("a", shared), Tuple2.of("b", shared)));
            PairDStream<String, Integer> words = Programs.batches(
                            ssc, List.of(Tuple2.of("a", 1), Tuple2.of("b", 2)), List.of(Tuple2.of("a", 1)))
                    .mapToPair(pair -> pair);
            AtomicInteger failures = new AtomicInteger(2);
            DStream<String> tallies = shown(
                    mapped
                            ? words.mapWithState(StateSpec.function(
                                                    (String key, Optional<Integer> value, State<Tally> state) ->
                                                            add(value, state, failures))
                                            .initialState(initial))
                                    .stateSnapshots()
                            : words.updateStateByKey(update(failures), new HashPartitioner(2), initial));
            tallies.foreachRDD(rdd -> {
                seen.add(rdd.collect().stream().sorted().toList());
            });
            ssc.runBatches(2);
        }
        assertThat(seen).containsExactly(List.of("a=t101", "b=t102"), List.of("a=t102", "b=t102"));
        assertThat(shared).hasToString("t100");
    }

    // ---- records that are put aside ----

    private List<List<String>> putAside(MillraceConf conf) {
        conf.set("millrace.streaming.quarantine.directory", checkpoint.toString());
        List<List<String>> seen = new ArrayList<>();
        try (StreamingContext ssc = Programs.local(conf)) {
            MapWithStateDStream<String, Integer, Tally, String> mapped = Programs.batches(
                            ssc, List.of(1), List.of(5, -1, 6), List.of(-1))
                    .mapToPair(number -> Tuple2.of("a", number))
                    .mapWithState(StateSpec.function((String key, Optional<Integer> value, State<Tally> state) -> {
                        String tally = add(value, state, new AtomicInteger());
                        if (value.orElseThrow() < 0) {
                            throw new IllegalArgumentException("less than nothing");
                        }
                        return tally;
                    }))
                    .named("mapped")
                    .onError(ErrorPolicy.quarantine());
            shown(mapped.stateSnapshots()).foreachRDD(rdd -> {
                seen.add(rdd.collect());
            });
            ssc.runBatches(3);
        }
        return seen;
    }

    @Test
    void shouldLeaveTheStateOfARecordThatIsPutAside() {
        assertThat(putAside(new MillraceConf().registerTypes(Tally.class)))
                .containsExactly(List.of("a=t1"), List.of("a=t12"), List.of("a=t12"));
    }

    @Test
    void shouldNotPutAsideARecordWhoseStateMayHaveBeenChanged() {
        assertThatThrownBy(() -> putAside(new MillraceConf()))
                .message()
                .containsPattern("a record of key a failed in mapWithState at InPlaceStateTest.java:\\d+ and is not put"
                        + " aside, because the function may have changed the state in place by then, and that could not"
                        + " be copied: " + Pattern.quote(NOT_DECLARED));
    }

    // ---- types that the codec does not know ----

    /** A program without a checkpoint directory; its state has no type. */
    private static List<List<String>> undeclared(
            Function2<PairDStream<String, Integer>, AtomicInteger, DStream<String>> form, AtomicInteger failures)
            throws Exception {
        MillraceConf conf = new MillraceConf().set("millrace.task.retryDelay", "1ms");
        List<List<String>> seen = new ArrayList<>();
        try (StreamingContext ssc = Programs.local(conf)) {
            PairDStream<String, Integer> words = Programs.batches(ssc, List.of("a"), List.of("a", "a"), List.of("a"))
                    .mapToPair(word -> Tuple2.of(word, 1));
            form.call(words, failures).foreachRDD(rdd -> {
                seen.add(rdd.collect());
            });
            ssc.runBatches(3);
        }
        return seen;
    }

    private static final String NOT_DECLARED = "a value of type " + Tally.class.getTypeName()
            + " cannot be stored or sent: the type is not declared; declare it: registerTypes(Tally.class)";

    @Test
    void shouldShareWhatCannotBeCopiedAndSaySo() throws Exception {
        CapturedLog log = new CapturedLog("dev.millrace.engine");
        try {
            assertThat(undeclared(
                            (words, failures) -> shown(words.updateStateByKey(update(failures))), new AtomicInteger()))
                    .containsExactly(List.of("a=t1"), List.of("a=t3"), List.of("a=t4"));
        } finally {
            log.close();
        }
        assertThat(log.messages())
                .singleElement()
                .asString()
                .matches("states of updateStateByKey at InPlaceStateTest.java:\\d+ cannot be copied: "
                        + Pattern.quote(NOT_DECLARED)
                        + "\\. The function may change them in place, so a task that fails after it was given one fails"
                        + " its batch instead of being tried again");
    }

    /** In the first batch there is nothing that an attempt could have changed. */
    @Test
    void shouldTryAgainAsLongAsNothingSharedWasGiven() throws Exception {
        AtomicInteger failures = new AtomicInteger(2);
        assertThat(undeclared((words, left) -> shown(words.updateStateByKey(update(left))), failures))
                .startsWith(List.of("a=t1"));
    }

    @Test
    void shouldRefuseAStateThatACheckpointCannotHold() {
        Form form = (words, failures) -> words.updateStateByKey(
                        StateType.of("any", Object.class), (values, state) -> Optional.<Object>of(new AtomicInteger()))
                .map(Tuple2::_1);
        assertThatThrownBy(() -> run("60%", true, 1, form, new AtomicInteger()))
                .message()
                .satisfies(message -> assertThat(message.replaceAll("\\.java:\\d+", ".java:N"))
                        .contains(
                                "task 0 of updateStateByKey at InPlaceStateTest.java:N failed once: the state of key b in"
                                        + " updateStateByKey at InPlaceStateTest.java:N cannot be kept: a value of type"
                                        + " java.util.concurrent.atomic.AtomicInteger cannot be stored or sent: the type is not"
                                        + " declared; make it a record, or use strings, boxes, java.time values and collections"
                                        + " of them\n"));
    }

    static Stream<Function2<PairDStream<String, Integer>, AtomicInteger, DStream<String>>> untyped() {
        return Stream.of(
                (words, failures) -> shown(words.updateStateByKey(update(failures))),
                (words, failures) -> shown(words.mapWithState(
                                StateSpec.function((String key, Optional<Integer> value, State<Tally> state) ->
                                        add(value, state, failures)))
                        .stateSnapshots()));
    }

    @ParameterizedTest
    @MethodSource("untyped")
    void shouldNotTryAgainOnAStateThatMayHaveBeenChanged(
            Function2<PairDStream<String, Integer>, AtomicInteger, DStream<String>> form) {
        AtomicInteger records = new AtomicInteger();
        assertThatThrownBy(() -> undeclared(
                        (words, failures) -> form.call(
                                words.mapValues(value -> {
                                    if (records.incrementAndGet() == 4) { // of the third batch
                                        failures.set(1);
                                    }
                                    return value;
                                }),
                                failures),
                        new AtomicInteger()))
                .message()
                .satisfies(
                        message -> assertThat(message.replaceAll(
                                        "(updateStateByKey|mapWithState) at InPlaceStateTest.java:\\d+", "OP"))
                                .isEqualTo(
                                        "batch 3000 ms failed: task 1 of OP failed once: the function given to OP threw"
                                                + " java.lang.IllegalStateException: after the change; correct the function, or filter out"
                                                + " the records that it cannot take; it is not tried again, because the function given to"
                                                + " OP may have changed a state in place by then, and that could not be copied: "
                                                + NOT_DECLARED
                                                + "\nThe program has stopped; without a checkpoint directory this batch is not run again."));
    }
}
