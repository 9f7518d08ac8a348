/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.MillraceConf;
import dev.millrace.Programs;
import dev.millrace.Tuple2;
import dev.millrace.error.BatchFailedException;
import dev.millrace.error.InvalidProgramException;
import dev.millrace.error.RefusedException;
import dev.millrace.function.Function4;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Within a batch keys are equal by their own methods; keys that are kept are equal by what is stored of them. */
class KeyIdentityTest {
    private static final String STOPPED =
            "\nThe program has stopped; without a checkpoint directory this batch is not run again.";

    @TempDir
    Path directory;

    private int runs;

    /** Equal by the name without case. */
    record Name(String text) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Name that && that.text.equalsIgnoreCase(text);
        }

        @Override
        public int hashCode() {
            return text.toLowerCase(java.util.Locale.ROOT).hashCode();
        }
    }

    record Bytes(byte[] data) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Bytes that && Arrays.equals(that.data, data);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(data);
        }
    }

    record Raw(byte[] data) {}

    record Tags(SortedSet<String> tags, int more) {}

    /** A state that functions change in place. */
    static final class Counter {
        private int count;
    }

    /** Equal by a part of what is stored, as the methods of an entity are. */
    static final class User {
        final int id;
        final String name;

        User(int id, String name) {
            this.id = id;
            this.name = name;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof User that && that.id == id;
        }

        @Override
        public int hashCode() {
            return id;
        }

        @Override
        public String toString() {
            return "user " + id + " " + name;
        }
    }

    /** Equal by all that is stored. */
    static final class Place {
        private String city;
        private List<String> streets;

        Place() {}

        Place(String city, String... streets) {
            this.city = city;
            this.streets = List.of(streets);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Place that && that.city.equals(city) && that.streets.equals(streets);
        }

        @Override
        public int hashCode() {
            return Objects.hash(city, streets);
        }

        @Override
        public String toString() {
            return city + streets;
        }
    }

    /** Equal by what is not stored. */
    static final class Ticket {
        private int number;
        private transient int counter;

        Ticket() {}

        Ticket(int number, int counter) {
            this.number = number;
            this.counter = counter;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Ticket that && that.number == number && that.counter == counter;
        }

        @Override
        public int hashCode() {
            return number;
        }

        @Override
        public String toString() {
            return "ticket " + number;
        }
    }

    static final class HalfDefined {
        @Override
        public int hashCode() {
            return 1;
        }
    }

    private static MillraceConf conf() {
        return new MillraceConf()
                .setMaster("local[3]")
                .registerTypes(Name.class, User.class, Place.class, Ticket.class, Tags.class);
    }

    private static <K> List<Tuple2<K, Integer>> grouped(List<K> keys) {
        try (StreamingContext ssc = new StreamingContext(conf(), Durations.seconds(1))) {
            List<Tuple2<K, Integer>> seen = new ArrayList<>();
            Programs.batches(ssc, keys)
                    .mapToPair(key -> Tuple2.of(key, 1))
                    .reduceByKey(Integer::sum)
                    .foreachRDD(rdd -> {
                        seen.addAll(rdd.collect());
                    });
            ssc.runBatches(1);
            return seen;
        }
    }

    @Test
    void shouldGroupByTheMethodsOfTheKeyWithinABatch() {
        assertThat(grouped(List.of(new Name("a"), new Name("B"), new Name("b"), new Name("A"), new Name("b"))))
                .containsExactlyInAnyOrder(Tuple2.of(new Name("a"), 2), Tuple2.of(new Name("b"), 3));
        assertThat(grouped(List.of(new Bytes(new byte[] {1}), new Bytes(new byte[] {2}), new Bytes(new byte[] {1}))))
                .containsExactlyInAnyOrder(
                        Tuple2.of(new Bytes(new byte[] {1}), 2), Tuple2.of(new Bytes(new byte[] {2}), 1));
        assertThat(grouped(List.of(new User(1, "a"), new User(1, "b"), new User(2, "a"))))
                .extracting(Tuple2::_2)
                .containsExactlyInAnyOrder(2, 1);
        assertThat(grouped(List.of(Map.entry("a", 1), new java.util.AbstractMap.SimpleEntry<>("a", 1))))
                .containsExactly(Tuple2.of(Map.entry("a", 1), 2));
    }

    @Test
    void shouldRefuseOnceWhatCannotBePlaced() {
        assertThatThrownBy(() -> grouped(List.of(new Raw(new byte[1]))))
                .hasMessageContaining(" failed once: a key of type byte[] cannot be partitioned: an array's hash is its"
                        + " identity, so the same key would go to another partition after a restart or on another machine;"
                        + " use a List or a record, or map it to a key that is equal by value");
        assertThatThrownBy(() -> grouped(List.of(new HalfDefined())))
                .hasMessageContaining(" failed once: a key of type " + HalfDefined.class.getName()
                        + " cannot be grouped: it defines hashCode() and not equals(), so each object is equal to itself"
                        + " alone; define both, make it a record, or map it to a key that is equal by value");
        assertThatThrownBy(() -> grouped(List.of(new java.net.URL("http://localhost/"))))
                .hasMessageContaining(
                        " failed once: a key of type java.net.URL cannot be partitioned: its hashCode() asks"
                                + " the network for the host's address, so the same key would go to another partition after a restart"
                                + " or on another machine; use a String or a java.net.URI, or map it to a key that is equal by value");
    }

    private static <K> Optional<String> count(BatchTime time, K key, Optional<Integer> value, State<Integer> state) {
        int sum = state.orElse(0) + value.orElseThrow();
        if (sum == 0) {
            state.remove();
        } else {
            state.update(sum);
        }
        return Optional.of(key + "=" + sum);
    }

    /** Runs one batch a life; the last value of a key makes it zero, so that it is dropped. */
    private <K> List<List<Tuple2<K, Integer>>> lives(List<List<Tuple2<K, Integer>>> batches, boolean durable) {
        List<List<Tuple2<K, Integer>>> seen = new ArrayList<>();
        String checkpoint = directory.resolve("run" + runs++).toString();
        for (int life = 0; life < (durable ? batches.size() : 1); life++) {
            try (StreamingContext ssc = new StreamingContext(conf(), Durations.seconds(1))) {
                if (durable) {
                    ssc.checkpoint(checkpoint);
                }
                DStream<Tuple2<K, Integer>> input =
                        Programs.batches(ssc, batches).named("input");
                MapWithStateDStream<K, Integer, Integer, String> counts = input.<K, Integer>mapToPair(pair -> pair)
                        .mapWithState(StateSpec.<K, Integer, Integer, String>function(KeyIdentityTest::count)
                                .stateType(StateType.of("counts", Integer.class)));
                counts.foreachRDD(rdd -> rdd.count()).named("mapped");
                counts.stateSnapshots()
                        .foreachRDD(rdd -> {
                            seen.add(rdd.collect());
                        })
                        .named("seen");
                ssc.runBatches(durable ? 1 : batches.size());
            }
        }
        return seen;
    }

    @SafeVarargs
    @SuppressWarnings("varargs")
    private static <K> List<List<Tuple2<K, Integer>>> oneByOne(Tuple2<K, Integer>... records) {
        return Arrays.stream(records).map(List::of).toList();
    }

    private static <T> Set<T> inOrder(Set<T> set, List<T> elements) {
        set.addAll(elements);
        return set;
    }

    static List<List<Supplier<Object>>> equalKeysOfOtherKinds() {
        return List.of(
                List.of(
                        () -> inOrder(new TreeSet<>(), List.of("b", "a", "longer")),
                        () -> inOrder(new HashSet<>(), List.of("longer", "b", "a")),
                        () -> inOrder(new java.util.LinkedHashSet<>(), List.of("b", "longer", "a")),
                        () -> Set.of("a", "b", "longer")),
                List.of(
                        () -> new TreeMap<>(Map.of("x", 1, "longer", 2)),
                        () -> new LinkedHashMap<>(Map.of("longer", 2, "x", 1)),
                        () -> Map.of("x", 1, "longer", 2)),
                List.of(
                        () -> new ArrayList<>(List.of(1, 2)),
                        () -> new LinkedList<>(List.of(1, 2)),
                        () -> Arrays.asList(1, 2),
                        () -> List.of(1, 2)),
                List.of(
                        () -> Tuple2.of(Optional.of(new TreeSet<>(List.of(1L, 200L))), 'c'),
                        () -> Tuple2.of(Optional.of(Set.of(200L, 1L)), 'c')),
                List.of(() -> new Place("Bern", "A", "B"), () -> new Place("Bern", "A", "B")),
                List.of(
                        () -> new Tags(new TreeSet<>(Set.of("b", "a")), 1),
                        () -> new Tags(new TreeSet<>(Set.of("a", "b")), 1)),
                List.of(() -> Double.NaN, () -> Double.longBitsToDouble(0x7ff8000000000001L)));
    }

    @ParameterizedTest
    @MethodSource("equalKeysOfOtherKinds")
    void shouldKeepOneStateForEqualKeysOverRestarts(List<Supplier<Object>> keys) {
        List<List<Tuple2<Object, Integer>>> batches = new ArrayList<>();
        for (Supplier<Object> key : keys) {
            batches.add(List.of(Tuple2.of(key.get(), 1)));
        }
        Object last = keys.get(0).get();
        batches.add(List.of(Tuple2.of(keys.get(keys.size() - 1).get(), -keys.size()))); // drops it
        batches.add(List.of(Tuple2.of(last, 7)));
        for (boolean durable : new boolean[] {true, false}) {
            List<List<Tuple2<Object, Integer>>> seen = lives(batches, durable);
            for (int i = 0; i < keys.size(); i++) {
                assertThat(seen.get(i)).containsExactly(Tuple2.of(last, i + 1));
            }
            assertThat(seen.get(keys.size())).isEmpty();
            assertThat(seen.get(keys.size() + 1)).containsExactly(Tuple2.of(last, 7));
        }
    }

    /** A program that says SortedSet must not be given another set. */
    @Test
    void shouldGiveSortedKeysBackAsSortedOnes() {
        for (int life = 1; life <= 3; life++) {
            List<String> seen = new ArrayList<>();
            try (StreamingContext ssc = new StreamingContext(
                    conf().set("millrace.streaming.checkpoint.snapshotBytes", "100"), Durations.seconds(1))) {
                ssc.checkpoint(directory.resolve("sorted").toString());
                Programs.batches(ssc, List.of("b a", "c"), List.of("a b"), List.of("c"))
                        .named("input")
                        .<Tuple2<TreeSet<String>, TreeMap<Integer, String>>, Integer>mapToPair(text -> Tuple2.of(
                                Tuple2.of(
                                        new TreeSet<>(List.of(text.split(" "))), new TreeMap<>(Map.of(300, "", 2, ""))),
                                1))
                        .updateStateByKey(
                                StateType.of("counts", Integer.class),
                                (values, state) -> Optional.of(state.orElse(0) + values.size()))
                        .foreachRDD(rdd -> {
                            rdd.collect()
                                    .forEach(entry -> seen.add(entry._1()._1().first()
                                            + entry._1()._2().firstKey()
                                            + entry._2()));
                        })
                        .named("out");
                ssc.runBatches(1);
            }
            assertThat(seen).containsExactlyInAnyOrder("a2" + (life == 1 ? 1 : 2), "c2" + (life == 3 ? 2 : 1));
        }
    }

    /** A state that may change stands as bytes beside such a key. */
    @Test
    void shouldGiveSortedKeysBackAsSortedOnesWhoseStatesMayChange() {
        for (int life = 1; life <= 3; life++) {
            List<String> seen = new ArrayList<>();
            try (StreamingContext ssc = new StreamingContext(
                    conf().set("millrace.streaming.checkpoint.snapshotBytes", "100"), Durations.seconds(1))) {
                ssc.checkpoint(directory.resolve("sorted").toString());
                Programs.batches(ssc, List.of("b a"), List.of("b a"), List.of("b a"))
                        .named("input")
                        .<TreeSet<String>, Integer>mapToPair(
                                text -> Tuple2.of(new TreeSet<>(List.of(text.split(" "))), 1))
                        .<Counter>updateStateByKey(StateType.of("counts", Counter.class), (values, state) -> {
                            Counter counter = state.orElseGet(Counter::new);
                            counter.count += values.size();
                            return Optional.of(counter);
                        })
                        .foreachRDD(rdd -> {
                            rdd.collect().forEach(entry -> seen.add(entry._1().first() + entry._2().count));
                        })
                        .named("out");
                ssc.runBatches(1);
            }
            assertThat(seen).containsExactly("a" + life);
        }
    }

    @Test
    void shouldKeepTwoStatesForKeysThatAreNotEqual() {
        List<Object> keys = List.of(
                0.0,
                -0.0,
                new BigDecimal("1.0"),
                new BigDecimal("1.00"),
                1,
                1L,
                "1",
                '1',
                List.of(1),
                Set.of(1),
                Optional.of(1));
        List<Tuple2<Object, Integer>> batch = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            batch.add(Tuple2.of(keys.get(i), i + 1));
        }
        List<List<Tuple2<Object, Integer>>> seen = lives(List.of(batch, batch), true);
        assertThat(seen.get(1))
                .containsExactlyInAnyOrderElementsOf(batch.stream()
                        .map(pair -> Tuple2.of(pair._1(), 2 * pair._2()))
                        .toList());
    }

    private <K> void refused(List<List<Tuple2<K, Integer>>> batches, String message) {
        for (boolean durable : new boolean[] {true, false}) {
            assertThatThrownBy(() -> lives(batches, durable))
                    .isInstanceOf(BatchFailedException.class)
                    .hasMessageContaining("of mapWithState at ")
                    .hasMessageContaining(" failed once: " + message)
                    .cause()
                    .hasCauseInstanceOf(RefusedException.class);
        }
    }

    @Test
    void shouldRefuseKeysWhoseEqualityIsNotThatOfTheirEncoding() {
        refused(
                oneByOne(Tuple2.of(new Name("a"), 1)),
                "the key Name[text=a] cannot be kept from batch to batch: the record " + Name.class.getName()
                        + " has an equals of its own, and a kept key is found again by all of its components; take equals and"
                        + " hashCode out of the record, or map to a key that has just what they compare");
        refused(
                oneByOne(Tuple2.of(List.of(Optional.of(new Name("a"))), 1)),
                "the key [Optional[Name[text=a]]] cannot be kept from batch to batch: the record "
                        + Name.class.getName());
        refused(
                oneByOne(Tuple2.of(new User(1, "old"), 1), Tuple2.of(new User(1, "new"), -1)),
                "the key user 1 new cannot be kept from batch to batch: it is equal to the key user 1 old, from which it"
                        + " differs in what is stored; let equals compare all that is stored, or map to a key that has just"
                        + " what equals compares");
        refused(
                oneByOne(Tuple2.of(new Ticket(1, 2), 1)),
                "the key ticket 1 cannot be kept from batch to batch: the class " + Ticket.class.getName()
                        + " has an equals by which it differs from what is read back of it, because it looks at what is not"
                        + " stored, or at identities; let equals and hashCode compare just what is stored, or make it a"
                        + " record");
        TreeSet<String> compared = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        compared.add("a");
        refused(
                oneByOne(Tuple2.of(compared, 1)),
                "the key [a] cannot be kept from batch to batch: a java.util.TreeSet with a comparator may call others equal"
                        + " than the elements do; use a HashSet");
        refused(
                oneByOne(Tuple2.of(new TreeMap<>(Map.of(BigDecimal.ONE, 1)), 1)),
                "the key {1=1} cannot be kept from batch to batch: a java.util.TreeMap goes by the natural order of"
                        + " java.math.BigDecimal, which may call others equal than its equals does; use a HashMap");
    }

    @Test
    void shouldRefuseThemInUpdateStateByKeyAndInInitialStates() {
        try (StreamingContext ssc = new StreamingContext(conf(), Durations.seconds(1))) {
            Programs.batches(ssc, List.of(new User(1, "a"), new User(1, "b")))
                    .mapToPair(user -> Tuple2.of(user, 1))
                    .<Integer>updateStateByKey((values, state) -> Optional.of(values.size()))
                    .foreachRDD(rdd -> rdd.count());
            assertThatThrownBy(() -> ssc.runBatches(1))
                    .hasMessageContaining(
                            "the key user 1 b cannot be kept from batch to batch: it is equal to the key");
        }
        try (StreamingContext ssc = new StreamingContext(conf(), Durations.seconds(1))) {
            Programs.batches(ssc, List.of("a"))
                    .mapToPair(text -> Tuple2.<Object, Integer>of(text, 1))
                    .mapWithState(StateSpec.<Object, Integer, Integer, String>function(KeyIdentityTest::count)
                            .initialState(ssc.millraceContext().parallelize(List.of(Tuple2.of(new Name("a"), 1)))))
                    .foreachRDD(rdd -> rdd.count());
            assertThatThrownBy(ssc::start)
                    .hasMessageContaining("the key Name[text=a] cannot be kept from batch to batch");
        }
    }

    @Test
    void shouldRefuseAtStartWhereTheFunctionTellsTheType() {
        try (StreamingContext ssc = new StreamingContext(conf(), Durations.seconds(1))) {
            PairDStream<Name, Integer> names =
                    Programs.batches(ssc, List.of(1)).mapToPair(number -> Tuple2.of(new Name("a"), number));
            String line;
            names.<Integer, String>mapWithState(StateSpec.function(
                            (time, key, value, state) -> (line(ssc)) ? Optional.empty() : Optional.empty()))
                    .foreachRDD(rdd -> rdd.count());
            PairDStream<List<Raw>, Integer> raws = Programs.batches(ssc, List.of(1))
                    .mapToPair(number -> Tuple2.of(List.of(new Raw(new byte[1])), number));
            raws.updateStateByKey(
                            StateType.of("raws", Integer.class),
                            new Function4<BatchTime, List<Raw>, List<Integer>, Optional<Integer>, Optional<Integer>>() {
                                @Override
                                public Optional<Integer> call(
                                        BatchTime time, List<Raw> key, List<Integer> values, Optional<Integer> state) {
                                    return state;
                                }
                            })
                    .foreachRDD(rdd -> rdd.count());
            assertThatThrownBy(ssc::start)
                    .isInstanceOf(InvalidProgramException.class)
                    .hasMessageContaining("mapWithState at KeyIdentityTest.java:")
                    .hasMessageContaining(
                            " has keys of type " + Name.class.getName() + ", which cannot be kept from batch to"
                                    + " batch: the record " + Name.class.getName()
                                    + " has an equals of its own, and a kept key is"
                                    + " found again by all of its components; take equals and hashCode out of the record, or map to"
                                    + " a key that has just what they compare")
                    .hasMessageContaining("updateStateByKey at KeyIdentityTest.java:")
                    .hasMessageContaining(
                            " has keys of type java.util.List<" + Raw.class.getName() + ">, which cannot be kept"
                                    + " from batch to batch: in the component data of " + Raw.class.getName()
                                    + ", an array is equal to itself alone; use a List");
        }
    }

    private static boolean line(StreamingContext ssc) {
        return ssc == null;
    }

    @Test
    void shouldRefuseThemInWindowsAlsoBeforeAPaneIsDurable() {
        for (int slide = 1; slide <= 2; slide++) {
            try (StreamingContext ssc = new StreamingContext(conf(), Durations.seconds(1))) {
                ssc.checkpoint(directory.resolve("slide" + slide).toString());
                Programs.batches(ssc, List.of(new Name("a")), List.of(new Name("A")), List.of(new Name("b")))
                        .named("input")
                        .countByValueAndWindow(Durations.seconds(4), Durations.seconds(slide))
                        .named("window")
                        .foreachRDD(rdd -> rdd.count())
                        .named("out");
                assertThatThrownBy(() -> ssc.runBatches(3))
                        .hasMessageContaining("batch 1000 ms failed: task ")
                        .hasMessageContaining("countByValueAndWindow at KeyIdentityTest.java:")
                        .hasMessageContaining(
                                " failed once: the key Name[text=a] cannot be kept from batch to batch: ");
            }
        }
    }

    @Test
    void shouldRefuseKeysThatMeetInEachKindOfWindow() {
        for (int kind = 0; kind < 3; kind++) {
            int which = kind;
            try (StreamingContext ssc = new StreamingContext(conf(), Durations.seconds(1))) {
                PairDStream<User, Integer> users = Programs.batches(
                                ssc, List.of(new User(1, "a")), List.of(new User(1, "b")))
                        .mapToPair(user -> Tuple2.of(user, 1));
                (which == 0
                                ? users.groupByKeyAndWindow(Durations.seconds(3))
                                : which == 1
                                        ? users.reduceByKeyAndWindow(Integer::sum, Durations.seconds(3))
                                        : users.reduceByKeyAndWindow(
                                                Integer::sum,
                                                (a, b) -> a - b,
                                                Durations.seconds(3),
                                                Durations.seconds(1)))
                        .foreachRDD(rdd -> rdd.count());
                ssc.runBatches(1);
                assertThatThrownBy(() -> ssc.runBatches(1))
                        .hasMessageContaining(
                                "failed once: the key user 1 b cannot be kept from batch to batch: it is equal to"
                                        + " the key user 1 a, from which it differs in what is stored");
            }
        }
    }
}
