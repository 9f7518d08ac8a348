/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Tuple2;
import dev.millrace.rdd.RDD;
import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.MapWithStateDStream;
import dev.millrace.streaming.PairDStream;
import dev.millrace.streaming.State;
import dev.millrace.streaming.StateType;
import dev.millrace.streaming.StreamingContext;
import dev.millrace.testkit.StreamTestDriver;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The code of docs/guide/state.md. */
class StateGuideTest {
    record Session(int clicks, String lastPage) {}

    static Optional<String> click(BatchTime time, String user, Optional<String> page, State<Session> state) {
        if (state.isTimingOut()) {
            return Optional.of(user + " left " + state.get().lastPage() + " after "
                    + state.get().clicks() + " clicks");
        }
        Session before = state.orElse(new Session(0, ""));
        state.update(new Session(before.clicks() + 1, page.orElseThrow()));
        return Optional.empty();
    }

    private static void sessions(PairDStream<String, String> clicks) {
        MapWithStateDStream<String, String, Session, String> sessions = clicks.mapWithState(
                StateType.of("sessions", Session.class).timeout(Durations.minutes(10)), StateGuideTest::click);
        sessions.named("left").print();
        sessions.stateSnapshots().mapValues(Session::clicks).named("open").print();
    }

    private static void totals(PairDStream<String, String> clicks) {
        PairDStream<String, Long> totals = clicks.updateStateByKey(
                StateType.of("totals", Long.class), (pages, total) -> Optional.of(total.orElse(0L) + pages.size()));
        totals.named("sums").print();
    }

    private static void build(StreamingContext context) {
        PairDStream<String, String> clicks = context.queueStream(new ArrayDeque<RDD<String>>())
                .named("clicks")
                .mapToPair(click -> Tuple2.of(click.split(" ")[0], click.split(" ")[1]));
        sessions(clicks);
        totals(clicks);
    }

    @Test
    void shouldEndASessionAfterTenMinutesWithoutAClick(@TempDir Path directory) {
        try (StreamTestDriver driver = StreamTestDriver.setup()
                .batchInterval(Durations.minutes(5))
                .checkpoint(directory)
                .run(StateGuideTest::build)) {
            driver.<String>input("clicks")
                    .batch("ann /home", "bob /home", "ann /cart")
                    .batch("bob /help");
            driver.advanceBatches(3);
            driver.restart();
            driver.advanceBatch();
            assertThat(driver.<Tuple2<String, Integer>>output("open").batch(2))
                    .containsExactlyInAnyOrder(Tuple2.of("ann", 2), Tuple2.of("bob", 2));
            assertThat(driver.<String>output("left").all())
                    .containsExactly(List.of(), List.of(), List.of(), List.of("ann left /cart after 2 clicks"));
            assertThat(driver.<Tuple2<String, Long>>output("sums").batch(3))
                    .containsExactlyInAnyOrder(Tuple2.of("ann", 2L), Tuple2.of("bob", 2L));
        }
    }
}
