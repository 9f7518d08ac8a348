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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

    static class Basket { // with a constructor without parameters
        Map<String, Integer> articles = new HashMap<>();
        int idle;
    }

    static Optional<Basket> fill(List<String> articles, Optional<Basket> before) {
        Basket basket = before.orElseGet(Basket::new);
        articles.forEach(article -> basket.articles.merge(article, 1, Integer::sum));
        basket.idle = articles.isEmpty() ? basket.idle + 1 : 0; // also in batches without data for the key
        return basket.idle > 30 ? Optional.empty() : Optional.of(basket);
    }

    private static void baskets(PairDStream<String, String> articles) {
        PairDStream<String, Basket> baskets =
                articles.updateStateByKey(StateType.of("baskets", Basket.class), StateGuideTest::fill);
        baskets.mapValues(basket -> basket.articles).named("baskets of all").print();
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

    @Test
    void shouldKeepBasketsThatAreChangedInPlace(@TempDir Path directory) {
        try (StreamTestDriver driver = StreamTestDriver.setup()
                .checkpoint(directory)
                .run(context -> baskets(context.queueStream(new ArrayDeque<RDD<String>>())
                        .named("articles")
                        .mapToPair(line -> Tuple2.of(line.split(" ")[0], line.split(" ")[1]))))) {
            driver.<String>input("articles").batch("ann tea", "bob tea").batch("ann tea", "ann jam");
            driver.advanceBatches(10);
            driver.restart();
            driver.<String>input("articles").batch("ann jam");
            driver.advanceBatches(22);
            assertThat(driver.<Tuple2<String, Map<String, Integer>>>output("baskets of all")
                            .batch(11))
                    .containsExactlyInAnyOrder(
                            Tuple2.of("ann", Map.of("tea", 2, "jam", 2)), Tuple2.of("bob", Map.of("tea", 1)));
            assertThat(driver.output("baskets of all").batch(32)) // idle for 31 batches, before and after the restart
                    .containsExactly(Tuple2.of("ann", Map.of("tea", 2, "jam", 2)));
        }
    }
}
