/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.function.LongConsumer;
import java.util.function.LongFunction;
import java.util.function.ToIntFunction;
import java.util.stream.LongStream;
import org.junit.jupiter.api.function.Executable;

/** Shared by the tests of simulated lives. {@code -Dmillrace.test.seed=N} lives one life again. */
final class Lives {
    private static final int SEEDS_TO_NOTICE = 30;
    private static final String SEED = "millrace.test.seed";

    private Lives() {}

    static void live(long from, long count, LongConsumer life) {
        Long only = Long.getLong(SEED);
        LongStream seeds = only == null ? LongStream.range(from, from + count) : LongStream.of(only);
        seeds.forEach(life);
    }

    /** Tells of a failure the seed, and what has happened before. */
    static List<String> tell(long seed, List<String> history, Executable life) {
        try {
            life.execute();
        } catch (Throwable e) {
            throw new AssertionError(
                    "seed " + seed + ": " + e.getMessage() + "\nafter\n  " + String.join("\n  ", history), e);
        }
        return history;
    }

    static void assertSame(long count, LongFunction<List<String>> life) {
        for (long seed = 0; seed < count; seed++) {
            assertThat(life.apply(seed)).as("seed %d", seed).isEqualTo(life.apply(seed));
        }
    }

    /** Some life soon fails. */
    static void assertNoticed(Object broken, LongConsumer life) {
        for (long seed = 0; seed < SEEDS_TO_NOTICE; seed++) {
            try {
                life.accept(seed);
            } catch (AssertionError noticed) {
                return;
            }
        }
        throw new AssertionError(broken + " was not noticed within " + SEEDS_TO_NOTICE + " seeds");
    }

    static <E> E pick(Random random, List<E> all, ToIntFunction<E> weight) {
        int at = random.nextInt(all.stream().mapToInt(weight).sum());
        for (E each : all) {
            at -= weight.applyAsInt(each);
            if (at < 0) {
                return each;
            }
        }
        throw new IllegalStateException();
    }
}
