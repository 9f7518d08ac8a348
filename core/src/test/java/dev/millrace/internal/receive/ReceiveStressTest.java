/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.receive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.error.CancelledException;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.conf.Settings;
import dev.millrace.internal.lineage.BlocksNode;
import dev.millrace.internal.log.Epoch;
import dev.millrace.internal.memory.MemoryBudget;
import dev.millrace.internal.threads.Threads;
import dev.millrace.rdd.StorageLevel;
import dev.millrace.spi.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Threads that meet in the parts of receivers, many times over. */
@Timeout(300)
class ReceiveStressTest {
    private final long seed = Long.getLong("millrace.stress.seed", new Random().nextLong());

    /** Work of several threads that begins at the same time. */
    private static final class Together {
        private final List<FutureTask<Void>> tasks = new ArrayList<>();
        private final CyclicBarrier begin;

        Together(int threads) {
            begin = new CyclicBarrier(threads);
        }

        interface Work {
            void run() throws Exception;
        }

        Together add(Work work) {
            FutureTask<Void> task = new FutureTask<>(() -> {
                begin.await();
                work.run();
                return null;
            });
            tasks.add(task);
            new Thread(task).start();
            return this;
        }

        void join() throws Exception {
            for (FutureTask<Void> task : tasks) {
                task.get(60, TimeUnit.SECONDS);
            }
        }
    }

    private static Reception reception(MemoryBudget memory) {
        return new Reception(
                null,
                Epoch.NONE,
                new Settings(),
                Clock.SYSTEM,
                Threads.OWN,
                memory,
                new ValueCodec(Set.of()),
                event -> {});
    }

    private static List<Long> take(ReceivedStream<Long> stream) throws Exception {
        List<Long> records = new ArrayList<>();
        stream.seal().get();
        TakenBlocks taken = stream.take(new BatchCut(Long.MAX_VALUE, java.time.Duration.ofSeconds(1)));
        for (BlocksNode.Block<Long> block : stream.blocks(taken.from(), taken.until())) {
            for (Iterator<Long> all = block.read(0, block.records()); all.hasNext(); ) {
                records.add(all.next());
            }
        }
        stream.retire(taken.until(), taken.until());
        return records;
    }

    private void addSealClose(int rounds) throws Exception {
        System.out.println("millrace.stress.seed=" + seed);
        Random random = new Random(seed);
        for (int round = 0; round < rounds; round++) {
            MemoryBudget memory = new MemoryBudget(1 << 20);
            List<Long> stored = Collections.synchronizedList(new ArrayList<>());
            List<Long> taken = new ArrayList<>();
            int records = 1 + random.nextInt(200);
            try (Reception reception = reception(memory)) {
                StorageLevel level = random.nextBoolean() ? StorageLevel.MEMORY_ONLY() : StorageLevel.DISK_ONLY();
                ReceivedStream<Long> stream = new ReceivedStream<>(
                        "numbers", "numbers", new BlockStorage("numbers", level, reception), 0, null, position -> {});
                Session session = new Session("numbers");
                Together together = new Together(4);
                for (long thread = 0; thread < 2; thread++) {
                    long number = thread;
                    together.add(() -> {
                        try {
                            for (long i = 0; i < records; i++) {
                                stream.add(session, 2 * i + number, i);
                                stored.add(2 * i + number);
                            }
                        } catch (CancelledException e) {
                            // the session is over, and this record is not stored
                        }
                    });
                }
                int endAfter = random.nextInt(2 * records);
                together.add(() -> {
                    for (int i = 0; i < 20; i++) {
                        taken.addAll(take(stream));
                    }
                });
                together.add(() -> {
                    while (stored.size() < endAfter) {
                        Thread.onSpinWait();
                    }
                    session.end();
                });
                together.join();
                taken.addAll(take(stream));
                stream.close();
            }
            assertThat(taken).as("round %d", round).containsExactlyInAnyOrderElementsOf(stored);
            assertThat(taken.stream().filter(record -> record % 2 == 0)).isSorted();
            assertThat(taken.stream().filter(record -> record % 2 == 1)).isSorted();
            assertThat(memory.used()).isZero();
        }
    }

    @Test
    void shouldLoseAndDoubleNothingWhenAddSealAndEndMeet() throws Exception {
        addSealClose(50);
    }

    @RepeatedTest(10)
    @Tag("stress")
    void shouldLoseAndDoubleNothingWhenAddSealAndEndMeetOften() throws Exception {
        addSealClose(2_000);
    }

    private void updateAcquire(int rounds) throws Exception {
        System.out.println("millrace.stress.seed=" + seed);
        Random random = new Random(seed);
        for (int round = 0; round < rounds; round++) {
            RateLimiter limiter = new RateLimiter(Clock.SYSTEM, Double.POSITIVE_INFINITY, 1_000_000);
            AtomicLong passed = new AtomicLong();
            int updates = 1 + random.nextInt(20);
            Together together = new Together(3);
            for (int thread = 0; thread < 2; thread++) {
                together.add(() -> {
                    for (int i = 0; i < 1_000; i++) {
                        limiter.acquire(1, () -> false);
                        passed.incrementAndGet();
                    }
                });
            }
            together.add(() -> {
                for (int i = 0; i < updates; i++) {
                    limiter.setRate(i % 2 == 0 ? 100 : Double.POSITIVE_INFINITY);
                }
                limiter.setRate(1_000_000); // nobody may wait on at the rate of before
            });
            together.join();
            assertThat(passed).hasValue(2_000);
            assertThat(limiter.rate()).isEqualTo(1_000_000);
        }
    }

    @Test
    @Tag("stress")
    void shouldLetAllThroughWhenTheRateChangesMeanwhile() throws Exception {
        updateAcquire(100);
    }

    @Test
    @Tag("stress")
    void shouldWakeEveryWaitWhenRoomIsMadeOrTheSessionEnds() throws Exception {
        System.out.println("millrace.stress.seed=" + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 20_000; round++) {
            ReceiverGate gate = new ReceiverGate(1, 1, 1, true);
            Session session = new Session("numbers");
            ReceiverGate.Share share = gate.newShare();
            share.sealed(1);
            boolean room = random.nextBoolean();
            Together together = new Together(2);
            together.add(() -> share.await(session::isOver));
            together.add(() -> {
                if (room) {
                    share.processed(1);
                } else {
                    session.end();
                    gate.wake();
                }
            });
            together.join();
        }
    }
}
