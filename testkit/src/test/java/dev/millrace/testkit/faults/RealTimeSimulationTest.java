/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.faults;

import dev.millrace.internal.threads.Threads;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ThreadFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Many simulated lives of programs in real time. */
@Timeout(3600)
@ExtendWith(QuietLog.class)
class RealTimeSimulationTest {
    /** Tells how much was simulated, because that says more than the number of seeds. */
    private static void live(long from, long count) {
        long start = System.nanoTime();
        long[] lived = new long[3];
        Lives.live(from, count, seed -> {
            RealTimeSimulation.Lived one = seed % 2 == 0
                    ? RealTimeSimulation.run(seed, RealTimeSimulation.Breakage.NONE)
                    : RealTimeSimulation.runWithoutAppend(seed, RealTimeSimulation.Breakage.NONE);
            lived[0]++;
            lived[1] += one.batches();
            lived[2] += one.steps();
        });
        System.out.println(lived[0] + " seeds, " + lived[1] + " simulated batches, " + lived[2] + " steps, "
                + (System.nanoTime() - start) / 1_000_000_000 + " s");
    }

    @Test
    void shouldHoldTheInvariants() {
        live(0, 100);
    }

    @Test
    @Tag("full")
    void shouldHoldTheInvariantsInManyLives() {
        live(100, 1_000);
    }

    @Test
    @Tag("long")
    void shouldHoldTheInvariantsInVeryManyLives() {
        live(10_000, 20_000);
    }

    @Test
    void shouldLiveTheSameLifeWhenTheSeedIsTheSame() {
        Lives.assertSame(
                6,
                seed -> RealTimeSimulation.run(seed, RealTimeSimulation.Breakage.NONE)
                        .history());
    }

    /** Ways to break what the driver loop stands on. */
    enum Broken implements RealTimeSimulation.Breakage {
        /** The batch thread is two. */
        TWO_BATCHES_AT_ONCE {
            @Override
            public Threads over(Threads threads) {
                return Mutation.around(
                        Threads.class,
                        threads,
                        (method, arguments) -> method.getName().equals("pool")
                                ? threads.pool((int) arguments[0] + 1, (ThreadFactory) arguments[1])
                                : Mutation.call(threads, method, arguments));
            }
        },

        /** The loop does not hear that a batch has ended. */
        AN_EVENT_IS_LOST {
            @Override
            public Threads over(Threads threads) {
                return Mutation.around(Threads.class, threads, (method, arguments) -> {
                    Object made = Mutation.call(threads, method, arguments);
                    return method.getName().equals("queue") ? losing((BlockingQueue<?>) made) : made;
                });
            }

            private static BlockingQueue<?> losing(BlockingQueue<?> events) {
                int[] left = {3};
                return Mutation.around(
                        BlockingQueue.class,
                        events,
                        (method, arguments) -> method.getName().equals("add")
                                        && arguments[0].getClass().getName().contains(".BatchThread$")
                                        && --left[0] == 0
                                ? Boolean.TRUE
                                : Mutation.call(events, method, arguments));
            }
        }
    }

    /** A test of this test. */
    @ParameterizedTest
    @EnumSource
    void shouldNoticeABrokenLoop(Broken broken) {
        Lives.assertNoticed(broken, seed -> RealTimeSimulation.run(seed, broken));
    }
}
