/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.random;

import dev.millrace.Tuple2;
import dev.millrace.function.FlatMapFunction;
import dev.millrace.function.Function;
import dev.millrace.function.Function2;
import dev.millrace.function.Function4;
import dev.millrace.function.PairFlatMapFunction;
import dev.millrace.function.PairFunction;
import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.State;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** The functions of random programs, the same for engine and model; merges are associative and commutative. */
final class Functions {
    private Functions() {}

    static Function<Integer, Integer> multiply(int p) {
        return n -> n * (p + 1) % 97;
    }

    static FlatMapFunction<Integer, Integer> repeat() {
        return n -> Collections.nCopies(Math.floorMod(n, 3), n).iterator();
    }

    static Function<Integer, Boolean> filter(int p) {
        return n -> Math.floorMod(n, p + 1) != 0;
    }

    static Function<Integer, String> toWord(int p) {
        return n -> "w" + n % p;
    }

    static Function<String, Integer> length(int p) {
        return word -> word.length() + p;
    }

    static FlatMapFunction<String, String> letters() {
        return word -> word.chars().mapToObj(Character::toString).iterator();
    }

    static PairFunction<Integer, String, Integer> keyNumber(int p) {
        return n -> Tuple2.of("k" + n % p, n);
    }

    /** Many keys. */
    static PairFunction<Integer, String, Integer> keyEach(int p) {
        return n -> Tuple2.of("n" + n, n + p);
    }

    static PairFunction<String, String, Integer> keyWord(int p) {
        return word -> Tuple2.of(word, p);
    }

    static Function<Integer, Integer> plus(int p) {
        return n -> n + p;
    }

    static Function<Tuple2<String, Integer>, Boolean> filterPair(int p) {
        return pair -> Math.floorMod(pair._2(), p + 1) != 0;
    }

    static Function2<Integer, Integer, Integer> sum() {
        return (a, b) -> a + b;
    }

    static Function2<Integer, Integer, Integer> difference() {
        return (a, b) -> a - b;
    }

    /** A group as a number that does not depend on its order. */
    static Function<List<Integer>, Integer> sizeAndSum() {
        return values -> values.stream().mapToInt(n -> n).sum() + 1000 * values.size();
    }

    /** Both values of a join as one number. */
    static Function<Tuple2<Integer, Integer>, Integer> both() {
        return values -> both(values._1(), values._2());
    }

    /** The same where one may be missing. */
    static Function<Tuple2<Integer, Optional<Integer>>, Integer> leftAndPerhapsRight() {
        return values -> both(values._1(), values._2().orElse(-1));
    }

    static Function<Tuple2<Optional<Integer>, Integer>, Integer> rightAndPerhapsLeft() {
        return values -> both(values._1().orElse(-1), values._2());
    }

    static Function<Tuple2<Optional<Integer>, Optional<Integer>>, Integer> either() {
        return values -> both(values._1().orElse(-1), values._2().orElse(-1));
    }

    private static int both(int left, int right) {
        return Math.floorMod(31 * left + right, 97);
    }

    /** Two groups as a number that does not depend on their order. */
    static Function<Tuple2<List<Integer>, List<Integer>>, Integer> sizesAndSums() {
        return lists -> sizeAndSum().call(lists._1()) - 3 * sizeAndSum().call(lists._2());
    }

    static PairFlatMapFunction<Iterator<Integer>, String, Integer> keyNumbers(int p) {
        return numbers -> {
            List<Tuple2<String, Integer>> pairs = new ArrayList<>();
            while (numbers.hasNext()) {
                pairs.add(keyNumber(p).call(numbers.next()));
            }
            return pairs.iterator();
        };
    }

    static Function<Long, Integer> toInt() {
        return n -> n.intValue();
    }

    static Function2<Integer, Integer, Integer> max() {
        return (a, b) -> Math.max(a, b);
    }

    static Function2<Integer, Integer, Integer> min() {
        return (a, b) -> Math.min(a, b);
    }

    /**
     * Sums, whatever the order of a batch's records: a multiple of {@code p + 1} only touches its key and maps to
     * nothing, any other number maps to itself, a key that times out to its sum.
     */
    static Function4<BatchTime, String, Optional<Integer>, State<Integer>, Optional<Tuple2<String, Integer>>> mapped(
            int p) {
        return (time, key, value, state) -> {
            if (state.isTimingOut()) {
                return Optional.of(Tuple2.of(key, state.get()));
            }
            int n = value.orElseThrow();
            if (Math.floorMod(n, p + 1) == 0) {
                return Optional.empty();
            }
            state.update(state.orElse(0) + n);
            return Optional.of(Tuple2.of(key, n));
        };
    }

    /** Like {@link #mapped}, but in some batches the records of some keys remove them. */
    static Function4<BatchTime, String, Optional<Integer>, State<Integer>, Optional<Tuple2<String, Integer>>> removing(
            int p, long slideMillis) {
        return (time, key, value, state) -> {
            if (state.isTimingOut()) {
                return Optional.of(Tuple2.of(key, state.get()));
            }
            int n = value.orElseThrow();
            if (Math.floorMod(time.milliseconds() / slideMillis + key.length(), p + 1) != 0) {
                state.update(state.orElse(0) + n);
            } else if (state.exists()) {
                state.remove();
            }
            return Optional.of(Tuple2.of(key, n));
        };
    }

    /** Throws for the multiples of {@code p + 1}. */
    static Function<Integer, Integer> divide(int p) {
        return n -> 60 / Math.floorMod(n, p + 1);
    }

    /** Sums, and throws for the multiples of {@code p + 1}. */
    static Function4<BatchTime, String, Optional<Integer>, State<Integer>, Optional<Tuple2<String, Integer>>> dividing(
            int p) {
        return (time, key, value, state) -> {
            if (!state.isTimingOut()) {
                divide(p).call(value.orElseThrow());
                state.update(state.orElse(0) + value.get());
            }
            return Optional.of(Tuple2.of(key, state.get()));
        };
    }

    static Function4<BatchTime, String, List<Integer>, Optional<Integer>, Optional<Integer>> stateOfKey(
            int p, long slideMillis) {
        return (time, key, values, state) -> {
            int total = state.orElse(0) + key.length();
            for (int value : values) {
                total += value;
            }
            boolean dropped = Math.floorMod(time.milliseconds() / slideMillis + key.length(), p + 2) == 0;
            return dropped ? Optional.empty() : Optional.of(total);
        };
    }

    /** The initial state of some operations. */
    static List<Tuple2<String, Integer>> initial() {
        return List.of(Tuple2.of("k0", 5), Tuple2.of("a", 3), Tuple2.of("", 1), Tuple2.of("never comes", 2));
    }

    static Function2<List<Integer>, Optional<Integer>, Optional<Integer>> state(int p) {
        return (values, state) -> {
            int total = state.orElse(0);
            for (int value : values) {
                total += value;
            }
            return Math.floorMod(total, p + 2) == 0 ? Optional.empty() : Optional.of(total);
        };
    }
}
