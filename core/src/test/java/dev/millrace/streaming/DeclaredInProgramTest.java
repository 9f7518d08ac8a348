/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.MillraceConf;
import dev.millrace.Programs;
import dev.millrace.Tuple2;
import dev.millrace.error.InvalidProgramException;
import dev.millrace.rdd.StorageLevel;
import dev.millrace.streaming.receiver.Receiver;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Types that the program declares where it builds its streams, and those that a start finds not to be declared. */
class DeclaredInProgramTest {
    @TempDir
    Path directory;

    record Visit(String page, Place place) {
        static Visit of(String page) {
            return new Visit(page, new Place("x"));
        }
    }

    record Place(String name) {}

    static final class Money { // which a record that names it does not declare
        long cents = 1;
    }

    record Sale(Money price) {}

    sealed interface Shape permits Circle {}

    record Circle(int radius) implements Shape {}

    interface Open {}

    private static final String HERE = "DeclaredInProgramTest.java:\\d+";
    private static final String PACKAGE = "dev.millrace.streaming.DeclaredInProgramTest.";

    private StreamingContext durable() {
        StreamingContext ssc = Programs.local();
        ssc.checkpoint(directory.resolve("checkpoint").toString());
        return ssc;
    }

    private List<Object> run(int batches) {
        List<Object> seen = new ArrayList<>();
        try (StreamingContext ssc = durable()) {
            DStream<Visit> visits = Programs.batches(ssc, List.of("a"), List.of("b"), List.of("c"))
                    .named("pages")
                    .map(Visit::of);
            visits.window(Durations.seconds(2)).named("recent").foreachRDD("seen", rdd -> {
                seen.addAll(rdd.collect());
            });
            visits.saveAsObjectFiles(directory.resolve("visits").toString()).named("files");
            ssc.registerTypes(Visit.class); // after the streams that need it
            ssc.runBatches(batches);
        }
        return seen;
    }

    @Test
    void shouldKeepAndWriteAndReadBackWhatTheProgramDeclares() {
        assertThat(run(2)).containsExactly(Visit.of("a"), Visit.of("a"), Visit.of("b"));
        assertThat(run(1)).containsExactly(Visit.of("b"), Visit.of("c"));
        try (StreamingContext ssc = Programs.local()) {
            assertThat(ssc.millraceContext()
                            .objectFile(directory.resolve("visits-2000").toString(), Visit.class)
                            .collect())
                    .containsExactly(Visit.of("b"));
        }
    }

    private static Tuple2<Place, Visit> byPlace(String page) {
        return Tuple2.of(Visit.of(page).place(), Visit.of(page));
    }

    private static final class Visits extends Receiver<Shape> {
        Visits() {
            super(StorageLevel.MEMORY_ONLY());
        }

        @Override
        public void onStart() {}

        @Override
        public void onStop() {}
    }

    /** In one list, with what else is wrong. */
    @Test
    void shouldNameAtTheStartAllThatItCanTell() {
        try (StreamingContext ssc = durable()) {
            DStream<String> pages = Programs.batches(ssc, List.of("a"));
            DStream<Sale> sales = pages.map(page -> new Sale(new Money()));
            sales.filter(sale -> true)
                    .window(Durations.seconds(2))
                    .named("recent")
                    .foreachRDD("seen", rdd -> {});
            sales.saveAsObjectFiles(directory.resolve("sales").toString()).named("files");
            pages.mapToPair(DeclaredInProgramTest::byPlace)
                    .window(Durations.seconds(2))
                    .named("pairs")
                    .print();
            pages.mapToPair(page -> byPlace(page))
                    .mapWithState(
                            StateType.of("totals", Long.class),
                            (BatchTime time, Place place, Optional<Visit> visit, State<Long> state) ->
                                    Optional.<Long>empty())
                    .print();
            ssc.receiverStream(new Visits()).named("shapes").print();
            assertThatThrownBy(() -> ssc.runBatches(1))
                    .isInstanceOf(InvalidProgramException.class)
                    .hasMessageMatching("This program cannot be started:\n"
                            + "  - recent \\(window at " + HERE + "\\) keeps values of the types " + PACKAGE
                            + "Sale and "
                            + PACKAGE
                            + "Money, which are not declared; add ssc.registerTypes\\(Sale.class, Money.class\\)\n"
                            + "  - pairs \\(window at " + HERE + "\\) keeps values of the types " + PACKAGE
                            + "Place and "
                            + PACKAGE
                            + "Visit, which are not declared; add ssc.registerTypes\\(Place.class, Visit.class\\)\n"
                            + "  - mapWithState at " + HERE + " keeps keys of type " + PACKAGE
                            + "Place, which is not declared;"
                            + " add ssc.registerTypes\\(Place.class\\)\n"
                            + "  - shapes \\(receiverStream at " + HERE + "\\) stores values of type " + PACKAGE
                            + "Shape, which"
                            + " is not declared; add ssc.registerTypes\\(Shape.class\\)\n"
                            + "  - files \\(saveAsObjectFiles at " + HERE + "\\) writes values of the types " + PACKAGE
                            + "Sale and " + PACKAGE
                            + "Money, which are not declared; add ssc.registerTypes\\(Sale.class,"
                            + " Money.class\\)\n"
                            + "  - queueStream at .* has no name; add .named\\(\"queuestream-0\"\\)");
        }
    }

    /** A record declares the records that it names, but no class with fields. */
    @Test
    void shouldNameWhatADeclaredRecordDoesNotDeclare() {
        try (StreamingContext ssc = durable()) {
            Programs.batches(ssc, List.of("a"))
                    .named("pages")
                    .map(page -> new Sale(new Money()))
                    .window(Durations.seconds(2))
                    .named("recent")
                    .print();
            ssc.registerTypes(Sale.class);
            assertThatThrownBy(() -> ssc.runBatches(1))
                    .hasMessageMatching("This program cannot be started:\n  - recent \\(window at " + HERE
                            + "\\) keeps values of type " + PACKAGE
                            + "Money, which is not declared; add ssc.registerTypes\\(Money.class\\)");
            ssc.registerTypes(Money.class);
            ssc.runBatches(1);
        }
    }

    @Test
    void shouldAskForNothingWithoutACheckpointUnlessTypesAreChecked() {
        try (StreamingContext ssc = Programs.local()) {
            Programs.batches(ssc, List.of("a"))
                    .map(Visit::of)
                    .window(Durations.seconds(2))
                    .print();
            ssc.runBatches(1);
        }
        MillraceConf checking = new MillraceConf().set("millrace.streaming.checkTypes", "true");
        try (StreamingContext ssc = Programs.local(checking)) {
            DStream<Object> untold = Programs.batches(ssc, List.of("a")).map(Visit::of);
            untold.window(Durations.seconds(2)).print();
            assertThatThrownBy(() -> ssc.runBatches(1))
                    .hasMessageMatching(
                            "(?s)batch 1000 ms failed: task 1 of window at " + HERE + " failed once: what window"
                                    + " at " + HERE + " keeps cannot be written: a value of type " + PACKAGE
                                    + "Visit cannot be"
                                    + " stored or sent: the type is not declared; declare it: registerTypes\\(Visit.class\\).*");
        }
    }

    @Test
    void shouldRefuseADeclarationThatDeclaresNothing() {
        try (StreamingContext ssc = Programs.local()) {
            assertThatThrownBy(() -> ssc.registerTypes(Visit.class, Open.class))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageMatching(
                            "registerTypes at " + HERE + " is given " + PACKAGE + "Open, which has no values of its"
                                    + " own and does not say which classes have: make it sealed, or declare the classes that"
                                    + " extend it");
            assertThatThrownBy(() ->
                            ssc.registerTypes(Arrays.asList(Visit.class, null).toArray(Class<?>[]::new)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageMatching(
                            "registerTypes at " + HERE + " is given null; pass classes, such as Order.class");
            Programs.batches(ssc, List.of("a")).print();
            ssc.runBatches(1);
            assertThatThrownBy(() -> ssc.registerTypes(Visit.class))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageMatching(
                            "registerTypes at " + HERE + " comes after the context was started; the streams of a"
                                    + " program are fixed at start: move it before start\\(\\)");
        }
    }
}
