/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.random;

import dev.millrace.Tuple2;
import dev.millrace.function.FlatMapFunction;
import dev.millrace.function.Function;
import dev.millrace.function.Function2;
import dev.millrace.function.Function3;
import dev.millrace.function.Function4;
import dev.millrace.function.PairFlatMapFunction;
import dev.millrace.function.PairFunction;
import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.State;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** The functions of random programs, the same wherever one runs; merges are associative and commutative. */
public final class Functions {
    private Functions() {}

    public static Function<Integer, Integer> multiply(int p) {
        return n -> n * (p + 1) % 97;
    }

    public static FlatMapFunction<Integer, Integer> repeat() {
        return n -> Collections.nCopies(Math.floorMod(n, 3), n).iterator();
    }

    public static Function<Integer, Boolean> filter(int p) {
        return n -> Math.floorMod(n, p + 1) != 0;
    }

    public static FlatMapFunction<Iterator<Integer>, Integer> minus(int p) {
        return all -> {
            List<Integer> lower = new ArrayList<>();
            all.forEachRemaining(n -> lower.add(n - p));
            return lower.iterator();
        };
    }

    public static <T> FlatMapFunction<List<T>, T> all() {
        return List::iterator;
    }

    public static Function<Integer, String> toWord(int p) {
        return n -> "w" + n % p;
    }

    public static Function<String, Integer> length(int p) {
        return word -> word.length() + p;
    }

    public static FlatMapFunction<String, String> letters() {
        return word -> word.chars().mapToObj(Character::toString).iterator();
    }

    public static PairFunction<Integer, String, Integer> keyNumber(int p) {
        return n -> Tuple2.of("k" + n % p, n);
    }

    /** Many keys. */
    public static PairFunction<Integer, String, Integer> keyEach(int p) {
        return n -> Tuple2.of("n" + n, n + p);
    }

    public static PairFunction<String, String, Integer> keyWord(int p) {
        return word -> Tuple2.of(word, p);
    }

    public static PairFlatMapFunction<String, String, Integer> keyLetters(int p) {
        return word -> word.chars()
                .mapToObj(letter -> Tuple2.of(Character.toString(letter), p))
                .iterator();
    }

    public static Function<Integer, Integer> plus(int p) {
        return n -> n + p;
    }

    public static Function<Tuple2<String, Integer>, Boolean> filterPair(int p) {
        return pair -> Math.floorMod(pair._2(), p + 1) != 0;
    }

    public static Function2<Integer, Integer, Integer> sum() {
        return (a, b) -> a + b;
    }

    public static Function2<Integer, Integer, Integer> difference() {
        return (a, b) -> a - b;
    }

    /** A group of one as {@link #sizeAndSum} has it. */
    public static Function<Integer, Integer> group() {
        return n -> n + 1000;
    }

    /** A group with one more. */
    public static Function2<Integer, Integer, Integer> groupWith() {
        return (group, n) -> group + n + 1000;
    }

    /** A group as a number that does not depend on its order. */
    public static Function<List<Integer>, Integer> sizeAndSum() {
        return values -> values.stream().mapToInt(n -> n).sum() + 1000 * values.size();
    }

    /** Both values of a join as one number. */
    public static Function<Tuple2<Integer, Integer>, Integer> both() {
        return values -> both(values._1(), values._2());
    }

    /** The same where one may be missing. */
    public static Function<Tuple2<Integer, Optional<Integer>>, Integer> leftAndPerhapsRight() {
        return values -> both(values._1(), values._2().orElse(-1));
    }

    public static Function<Tuple2<Optional<Integer>, Integer>, Integer> rightAndPerhapsLeft() {
        return values -> both(values._1().orElse(-1), values._2());
    }

    public static Function<Tuple2<Optional<Integer>, Optional<Integer>>, Integer> either() {
        return values -> both(values._1().orElse(-1), values._2().orElse(-1));
    }

    private static int both(int left, int right) {
        return Math.floorMod(31 * left + right, 97);
    }

    /** Two groups as a number that does not depend on their order. */
    public static Function<Tuple2<List<Integer>, List<Integer>>, Integer> sizesAndSums() {
        return lists -> sizeAndSum().call(lists._1()) - 3 * sizeAndSum().call(lists._2());
    }

    public static PairFlatMapFunction<Iterator<Integer>, String, Integer> keyNumbers(int p) {
        return numbers -> {
            List<Tuple2<String, Integer>> pairs = new ArrayList<>();
            while (numbers.hasNext()) {
                pairs.add(keyNumber(p).call(numbers.next()));
            }
            return pairs.iterator();
        };
    }

    public static Function<Long, Integer> toInt() {
        return n -> n.intValue();
    }

    public static Function2<Integer, Integer, Integer> max() {
        return (a, b) -> Math.max(a, b);
    }

    public static Function2<Integer, Integer, Integer> min() {
        return (a, b) -> Math.min(a, b);
    }

    /**
     * Sums, whatever the order of a batch's records: a multiple of {@code p + 1} only touches its key and maps to
     * nothing, any other number maps to itself, a key that times out to its sum.
     */
    public static Function4<BatchTime, String, Optional<Integer>, State<Integer>, Optional<Tuple2<String, Integer>>>
            mapped(int p) {
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
    public static Function4<BatchTime, String, Optional<Integer>, State<Integer>, Optional<Tuple2<String, Integer>>>
            removing(int p, long slideMillis) {
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
    public static Function<Integer, Integer> divide(int p) {
        return n -> 60 / Math.floorMod(n, p + 1);
    }

    /**
     * Sums, and throws for the multiples of {@code p + 1}. A number maps to itself, because the sum so far would depend on the
     * order of a batch's records; a key that times out maps to its sum.
     */
    public static Function4<BatchTime, String, Optional<Integer>, State<Integer>, Optional<Tuple2<String, Integer>>>
            dividing(int p) {
        return (time, key, value, state) -> {
            if (!state.isTimingOut()) {
                divide(p).call(value.orElseThrow());
                state.update(state.orElse(0) + value.get());
            }
            return Optional.of(Tuple2.of(key, value.orElseGet(state::get)));
        };
    }

    public static Function4<BatchTime, String, List<Integer>, Optional<Integer>, Optional<Integer>> stateOfKey(
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

    /** Counts, and gives each record on. */
    public static Function3<String, Optional<Integer>, State<Integer>, Tuple2<String, Integer>> counted() {
        return (key, value, state) -> {
            state.update(state.orElse(0) + 1);
            return Tuple2.of(key, value.orElseThrow());
        };
    }

    /** The value that is broadcast. */
    public static List<Integer> shared() {
        return List.of(3, 0, 8);
    }

    /** @param list gives the same as {@link #shared} where the function runs */
    public static Function<Integer, Integer> plusShared(Shared list) {
        return n -> n + list.value().get(Math.floorMod(n, 3));
    }

    /** A list that tasks are given apart from functions. */
    @FunctionalInterface
    public interface Shared extends Serializable {
        List<Integer> value();
    }

    /** The initial state of some operations. */
    public static List<Tuple2<String, Integer>> initial() {
        return List.of(Tuple2.of("k0", 5), Tuple2.of("a", 3), Tuple2.of("", 1), Tuple2.of("never comes", 2));
    }

    public static Function2<List<Integer>, Optional<Integer>, Optional<Integer>> state(int p) {
        return (values, state) -> {
            int total = state.orElse(0);
            for (int value : values) {
                total += value;
            }
            return Math.floorMod(total, p + 2) == 0 ? Optional.empty() : Optional.of(total);
        };
    }
}
