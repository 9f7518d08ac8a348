/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.random;

import dev.millrace.Tuple2;
import dev.millrace.function.Function2;
import dev.millrace.function.Function4;
import dev.millrace.rdd.TaskContext;
import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.State;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;

/**
 * A state that functions change in place: a sum, and how many batches came without values. All are equal, as if they were
 * told apart by an id. Each function fails in some first attempts, after it has changed something.
 */
public final class Tally implements Serializable {
    private int sum;
    private int age;

    /** The counterpart of a tally in the model. */
    public record Fixed(int sum, int age) {
        Fixed plus(List<Integer> values) {
            return new Fixed(sum + values.stream().mapToInt(Integer::intValue).sum(), values.isEmpty() ? age + 1 : age);
        }

        /** The sum and the age as one number. */
        public int number() {
            return sum + age;
        }
    }

    public int number() {
        return sum + age;
    }

    private void add(int more) {
        sum += more;
    }

    private static Tally of(int sum) {
        Tally tally = new Tally();
        tally.add(sum);
        return tally;
    }

    public static Function2<List<Integer>, Optional<Tally>, Optional<Tally>> updated(int p) {
        return (values, state) -> {
            Tally tally = state.orElseGet(Tally::new);
            values.forEach(tally::add);
            tally.age += values.isEmpty() ? 1 : 0;
            failAtTimes(tally.sum);
            return Math.floorMod(tally.number(), p + 2) == 0 ? Optional.empty() : Optional.of(tally);
        };
    }

    /** The meaning of {@link #updated}. */
    public static Function2<List<Integer>, Optional<Fixed>, Optional<Fixed>> updatedInModel(int p) {
        return (values, state) -> Optional.of(state.orElse(new Fixed(0, 0)).plus(values))
                .filter(tally -> Math.floorMod(tally.number(), p + 2) != 0);
    }

    public static Function4<BatchTime, String, Optional<Integer>, State<Tally>, Optional<Tuple2<String, Integer>>>
            mapped() {
        return (time, key, value, state) -> {
            Tally tally = change(value, state);
            failAtTimes(tally.sum + key.length());
            return value.map(n -> Tuple2.of(key, n)).or(() -> Optional.of(Tuple2.of(key, tally.sum)));
        };
    }

    /** The meaning of {@link #mapped} and, without the values it throws for, of {@link #throwing}. */
    public static Function4<BatchTime, String, Optional<Integer>, State<Integer>, Optional<Tuple2<String, Integer>>>
            mappedInModel() {
        return (time, key, value, state) -> {
            if (value.isEmpty()) {
                return Optional.of(Tuple2.of(key, state.get() + 1000));
            }
            state.update(state.orElse(0) + value.get());
            return value.map(n -> Tuple2.of(key, n));
        };
    }

    /** Throws for the multiples of {@code p + 1}, when it has added them. */
    public static Function4<BatchTime, String, Optional<Integer>, State<Tally>, Optional<Tuple2<String, Integer>>>
            throwing(int p) {
        return (time, key, value, state) -> {
            Tally tally = change(value, state);
            if (value.isPresent()) {
                Functions.divide(p).call(value.get());
            }
            return Optional.of(Tuple2.of(key, value.orElse(tally.sum)));
        };
    }

    /** Adds a value, or at a timeout a thousand. */
    private static Tally change(Optional<Integer> value, State<Tally> state) {
        if (!state.exists()) {
            state.update(Tally.of(0));
        }
        Tally tally = state.get();
        tally.add(value.orElse(1000));
        return tally;
    }

    /** Stateless, because on a cluster nothing is kept between the attempts of a task; never in a task of Spark Streaming. */
    private static void failAtTimes(int number) {
        TaskContext task = TaskContext.get();
        if (Math.floorMod(number, 5) == 0 && task != null && task.attemptNumber() == 0) {
            throw new IllegalStateException("a first attempt fails on purpose");
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Tally;
    }

    @Override
    public int hashCode() {
        return 1;
    }

    @Override
    public String toString() {
        return "tally of " + sum + " and " + age;
    }
}
