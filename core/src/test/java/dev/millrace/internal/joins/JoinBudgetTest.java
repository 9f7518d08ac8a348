/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.joins;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceConf;
import dev.millrace.MillraceContext;
import dev.millrace.Tuple2;
import dev.millrace.internal.engine.ContextRuntime;
import dev.millrace.rdd.PairRDD;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Joins give the same, in the same order, whatever finds room in memory; at the end nothing is left, in memory or on disk. */
class JoinBudgetTest {
    private static final List<String> BUDGETS = List.of("1", "5k", "40k", "400k");

    @TempDir
    private Path spills;

    /** A type that cannot be encoded, so that it stays in memory. */
    record Undeclared(int number) {}

    /** Equal hashes, so that no number of levels takes them apart; the codec has records. */
    record Colliding(int number) {
        @Override
        public int hashCode() {
            return 7;
        }
    }

    private <K, T> List<T> run(
            String budget, List<List<Tuple2<K, Object>>> sides, Function<List<PairRDD<K, Object>>, PairRDD<K, T>> join)
            throws IOException {
        MillraceContext context = new MillraceContext(new MillraceConf()
                .setMaster("local[2]")
                .registerTypes(Colliding.class)
                .set("millrace.memory.budget", budget)
                .set("millrace.memory.spillDirectory", spills.toString()));
        List<T> result = new ArrayList<>();
        try (context) {
            List<PairRDD<K, Object>> inputs = new ArrayList<>();
            sides.forEach(side -> inputs.add(context.parallelizePairs(side, 3)));
            join.apply(inputs).collect().forEach(pair -> result.add(pair._2()));
            join.apply(inputs).take(1); // and no more is read
        }
        assertThat(ContextRuntime.of(context).memory().used()).isZero();
        try (Stream<Path> left = Files.list(spills)) {
            assertThat(left).isEmpty();
        }
        return result;
    }

    private <K, T> void sameWithEachBudget(
            List<List<Tuple2<K, Object>>> sides, Function<List<PairRDD<K, Object>>, PairRDD<K, T>> join)
            throws IOException {
        List<T> expected = run("1g", sides, join);
        assertThat(expected).isNotEmpty();
        for (String budget : BUDGETS) {
            assertThat(run(budget, sides, join).equals(expected)).as(budget).isTrue();
        }
    }

    /** Some keys on one side only, one key with a tenth of the rows. */
    private static <K> List<Tuple2<K, Object>> rows(
            int seed, int size, Function<Integer, K> key, Function<Integer, Object> value) {
        Random random = new Random(seed);
        List<Tuple2<K, Object>> rows = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            int number = random.nextInt(10) == 0 ? 1 : seed + random.nextInt(size);
            rows.add(Tuple2.of(key.apply(number), value.apply(i)));
        }
        return rows;
    }

    private static List<List<Tuple2<String, Object>>> strings(int... sizes) {
        List<List<Tuple2<String, Object>>> sides = new ArrayList<>();
        for (int size : sizes) {
            sides.add(rows(10 * sides.size(), size, n -> "key " + n, i -> "value " + i));
        }
        return sides;
    }

    @Test
    void shouldJoinTheSame() throws IOException {
        sameWithEachBudget(strings(2_000, 900), sides -> sides.get(0).join(sides.get(1), 3));
        sameWithEachBudget(strings(500, 1_500), sides -> sides.get(0).fullOuterJoin(sides.get(1), 2));
        sameWithEachBudget(strings(1_000, 900), sides -> sides.get(0).leftOuterJoin(sides.get(1), 2));
        sameWithEachBudget(strings(1_000, 900), sides -> sides.get(0).rightOuterJoin(sides.get(1), 2));
    }

    @Test
    void shouldCogroupAndSubtractTheSame() throws IOException {
        sameWithEachBudget(
                strings(1_500, 700, 300, 900),
                sides -> sides.get(0).cogroup(sides.get(1), sides.get(2), sides.get(3), 2));
        sameWithEachBudget(strings(1_500, 700), sides -> sides.get(0).subtractByKey(sides.get(1), 2));
    }

    @Test
    void shouldJoinOneKeyTheSame() throws IOException {
        List<List<Tuple2<String, Object>>> one =
                List.of(rows(1, 3_000, n -> "key", i -> "value " + i), rows(2, 20, n -> "key", i -> "value " + i));
        sameWithEachBudget(one, sides -> sides.get(0).join(sides.get(1), 2));
        sameWithEachBudget(one, sides -> sides.get(1).join(sides.get(0), 2));
    }

    @Test
    void shouldJoinTheSameWhatCannotBeSpilledAndWhatCollides() throws IOException {
        sameWithEachBudget(
                List.of(
                        rows(0, 900, n -> "key " + n, Undeclared::new),
                        rows(10, 900, n -> "key " + n, i -> "value " + i)),
                sides -> sides.get(0).join(sides.get(1), 2));
        sameWithEachBudget(
                List.of(rows(0, 500, Colliding::new, i -> i), rows(10, 500, Colliding::new, i -> i)),
                sides -> sides.get(0).fullOuterJoin(sides.get(1), 2));
    }
}
