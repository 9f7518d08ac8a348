/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.internal.batch.Threads;
import dev.millrace.internal.checkpoint.Durability;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Many simulated lives of one driver loop. {@code -Dmillrace.test.seed=N} runs one again. */
@Timeout(3600)
@ExtendWith(QuietLog.class)
class DriverLoopSimulationTest {
    private static final int SEEDS_TO_NOTICE = 30;
    private static final String SEED = "millrace.test.seed";

    private static void runSeeds(long from, long count) {
        Long only = Long.getLong(SEED);
        LongStream seeds = only == null ? LongStream.range(from, from + count) : LongStream.of(only);
        seeds.forEach(seed -> DriverLoopSimulation.run(seed, DriverLoopSimulation.Breakage.NONE));
    }

    @Test
    void shouldHoldTheInvariants() {
        runSeeds(0, 40);
    }

    @Test
    @Tag("full")
    void shouldHoldTheInvariantsInManyLives() {
        runSeeds(100, 1_000);
    }

    @Test
    @Tag("long")
    void shouldHoldTheInvariantsInVeryManyLives() {
        runSeeds(10_000, 50_000);
    }

    @Test
    void shouldLiveTheSameLifeWhenTheSeedIsTheSame() {
        for (long seed = 0; seed < 6; seed++) {
            List<String> first = DriverLoopSimulation.run(seed, DriverLoopSimulation.Breakage.NONE);
            assertThat(DriverLoopSimulation.run(seed, DriverLoopSimulation.Breakage.NONE))
                    .isEqualTo(first);
        }
    }

    /** Ways to break what the driver loop stands on. */
    enum Broken implements DriverLoopSimulation.Breakage {
        /** Batches run before their plans are durable. */
        PLANS_ARE_NOT_SYNCED {
            @Override
            public Durability over(Durability checkpoint) {
                return Mutation.around(
                        Durability.class,
                        checkpoint,
                        (method, arguments) -> method.getName().equals("syncPlans")
                                ? null
                                : Mutation.call(checkpoint, method, arguments));
            }
        },

        /** The batch thread is two. */
        TWO_BATCHES_AT_ONCE {
            @Override
            public Threads over(Threads threads) {
                return new Threads() {
                    @Override
                    public ExecutorService pool(int size, ThreadFactory factory) {
                        return threads.pool(size + 1, factory);
                    }

                    @Override
                    public <T> BlockingQueue<T> queue() {
                        return threads.queue();
                    }
                };
            }
        },

        /** The loop does not hear that a batch has ended. */
        AN_EVENT_IS_LOST {
            @Override
            public Threads over(Threads threads) {
                return new Threads() {
                    @Override
                    public ExecutorService pool(int size, ThreadFactory factory) {
                        return threads.pool(size, factory);
                    }

                    @Override
                    @SuppressWarnings("unchecked") // it is one of T
                    public <T> BlockingQueue<T> queue() {
                        BlockingQueue<T> events = threads.queue();
                        int[] left = {3};
                        return Mutation.around(
                                BlockingQueue.class,
                                events,
                                (method, arguments) -> method.getName().equals("add")
                                                && arguments[0]
                                                        .getClass()
                                                        .getSimpleName()
                                                        .equals("BatchDone")
                                                && --left[0] == 0
                                        ? Boolean.TRUE
                                        : Mutation.call(events, method, arguments));
                    }
                };
            }
        }
    }

    /** A test of this test. */
    @ParameterizedTest
    @EnumSource
    void shouldNoticeABrokenLoop(Broken broken) {
        List<String> found = new ArrayList<>();
        for (long seed = 0; seed < SEEDS_TO_NOTICE && found.isEmpty(); seed++) {
            try {
                DriverLoopSimulation.run(seed, broken);
            } catch (AssertionError e) {
                found.add(broken + " at " + e.getMessage());
            }
        }
        assertThat(found).as("%s within %s seeds", broken, SEEDS_TO_NOTICE).isNotEmpty();
    }
}
