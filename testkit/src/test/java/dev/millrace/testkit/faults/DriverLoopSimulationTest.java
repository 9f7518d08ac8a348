/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.faults;

import dev.millrace.internal.checkpoint.BatchLog;
import dev.millrace.internal.runtime.Threads;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Many simulated lives of one driver loop. */
@Timeout(3600)
@ExtendWith(QuietLog.class)
class DriverLoopSimulationTest {
    private static void live(long from, long count) {
        Lives.live(from, count, seed -> DriverLoopSimulation.run(seed, DriverLoopSimulation.Breakage.NONE));
    }

    @Test
    void shouldHoldTheInvariants() {
        live(0, 40);
    }

    @Test
    void shouldHoldTheInvariantsInAStoreThatCannotAppend() {
        Lives.live(0, 40, DriverLoopSimulation::runWithoutAppend);
    }

    @Test
    @Tag("full")
    void shouldHoldTheInvariantsInManyLivesInAStoreThatCannotAppend() {
        Lives.live(100, 100, DriverLoopSimulation::runWithoutAppend);
    }

    @Test
    @Tag("full")
    void shouldHoldTheInvariantsInManyLives() {
        live(100, 500);
    }

    @Test
    @Tag("long")
    void shouldHoldTheInvariantsInVeryManyLives() {
        live(10_000, 50_000);
    }

    @Test
    void shouldLiveTheSameLifeWhenTheSeedIsTheSame() {
        Lives.assertSame(6, seed -> DriverLoopSimulation.run(seed, DriverLoopSimulation.Breakage.NONE));
    }

    /** Ways to break what the driver loop stands on. */
    enum Broken implements DriverLoopSimulation.Breakage {
        /** Batches run before their plans are durable. */
        PLANS_ARE_NOT_SYNCED {
            @Override
            public BatchLog over(BatchLog checkpoint) {
                return Mutation.around(
                        BatchLog.class,
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
        Lives.assertNoticed(broken, seed -> DriverLoopSimulation.run(seed, broken));
    }
}
