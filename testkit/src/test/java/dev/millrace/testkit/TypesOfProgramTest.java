/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.Tuple2;
import dev.millrace.error.BatchFailedException;
import dev.millrace.error.InvalidProgramException;
import dev.millrace.error.MillraceException;
import dev.millrace.rdd.StorageLevel;
import dev.millrace.streaming.DStream;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StreamingContext;
import dev.millrace.streaming.receiver.Receiver;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A test has the types that its program declares, and fails where production with a checkpoint would. */
@ExtendWith(NoLeaks.class)
class TypesOfProgramTest {
    record Visit(String page) {}

    private static DStream<String> pages(StreamingContext ssc) {
        return ssc.<String>queueStream(new ArrayDeque<>()).named("pages");
    }

    private static void window(StreamingContext ssc) {
        pages(ssc).map(Visit::new).window(Durations.seconds(2)).named("recent").foreachRDD("seen", rdd -> {});
    }

    private static StreamTestDriver driver(StreamProgram program) {
        StreamTestDriver driver = StreamTestDriver.of(program);
        driver.input(driver.inputs().get(0)).batch("a");
        return driver;
    }

    @Test
    void shouldRefuseATypeThatTheProgramDoesNotDeclare() {
        try (StreamTestDriver driver = driver(TypesOfProgramTest::window)) {
            assertThatThrownBy(driver::advanceBatch)
                    .isInstanceOf(InvalidProgramException.class)
                    .hasMessageMatching("This program cannot be started:\n  - recent \\(window at"
                            + " TypesOfProgramTest.java:\\d+\\) keeps values of type"
                            + " dev.millrace.testkit.TypesOfProgramTest.Visit, which is not declared; add"
                            + " ssc.registerTypes\\(Visit.class\\)");
        }
    }

    @Test
    void shouldRunWithWhatTheProgramDeclares(@TempDir Path directory) {
        StreamProgram declaring = ssc -> {
            window(ssc);
            ssc.registerTypes(Visit.class);
        };
        for (StreamTestSetup setup :
                List.of(StreamTestDriver.setup(), StreamTestDriver.setup().checkpoint(directory))) {
            try (StreamTestDriver driver = setup.run(declaring)) {
                driver.input("pages").batch("a");
                driver.advanceBatch();
                assertThat(driver.output("recent").last()).containsExactly(new Visit("a"));
            }
        }
    }

    @Test
    void shouldRefuseAStateWithTheFirstRecordThatShowsItsType() {
        StreamProgram program = ssc -> pages(ssc)
                .mapToPair(page -> Tuple2.of(page, 1))
                .updateStateByKey((List<Integer> values, Optional<Visit> state) -> Optional.of(new Visit("b")))
                .foreachRDD("seen", rdd -> {});
        try (StreamTestDriver driver = driver(program)) {
            assertThatThrownBy(driver::advanceBatch)
                    .isInstanceOf(BatchFailedException.class)
                    .hasMessageMatching("(?s)batch 1000 ms failed: task [12] of updateStateByKey at"
                            + " TypesOfProgramTest.java:\\d+ failed once: what updateStateByKey at"
                            + " TypesOfProgramTest.java:\\d+ keeps cannot be written: a value of type"
                            + " dev.millrace.testkit.TypesOfProgramTest.Visit cannot be stored or sent: the type is not"
                            + " declared; declare it: registerTypes\\(Visit.class\\).*");
        }
    }

    private static final class Untold<T> extends Receiver<T> {
        Untold() {
            super(StorageLevel.MEMORY_ONLY());
        }

        @Override
        public void onStart() {}

        @Override
        public void onStop() {}
    }

    /** The test stands in for the receiver, whose log would have to keep the record. */
    @Test
    void shouldRefuseWhatTheReceiverCouldNotStore() {
        StreamProgram program =
                ssc -> ssc.receiverStream(new Untold<>()).named("visits").foreachRDD("seen", rdd -> {});
        try (StreamTestDriver driver = StreamTestDriver.of(program)) {
            driver.input("visits").batch(new Visit("a"));
            assertThatThrownBy(driver::advanceBatch)
                    .isInstanceOf(MillraceException.class)
                    .hasMessageMatching(
                            "batch 1000 ms failed: its input could not be planned: what visits \\(receiverStream at TypesOfProgramTest.java:\\d+\\) received cannot be"
                                    + " kept: a value of type dev.millrace.testkit.TypesOfProgramTest.Visit cannot be stored or"
                                    + " sent: the type is not declared; declare it: registerTypes\\(Visit.class\\)");
        }
    }

    /** For a program that never has a checkpoint. */
    @Test
    void shouldRunWithoutTheCheckIfTheTestSaysSo() {
        try (StreamTestDriver driver = StreamTestDriver.setup()
                .set("millrace.streaming.checkTypes", "false")
                .run(TypesOfProgramTest::window)) {
            driver.input("pages").batch("a");
            driver.advanceBatch();
            assertThat(driver.output("recent").last()).containsExactly(new Visit("a"));
        }
    }
}
