/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.lineage.MaterialiseStep;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.ParallelizedNode;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.internal.lineage.RestoredTables;
import dev.millrace.internal.lineage.StepChange;
import dev.millrace.internal.lineage.StepInput;
import dev.millrace.internal.lineage.StepOutput;
import dev.millrace.internal.lineage.StepTable;
import dev.millrace.internal.lineage.StepTask;
import dev.millrace.internal.memory.MemoryBudget;
import dev.millrace.internal.memory.MemorySpace;
import dev.millrace.internal.memory.SpillDirectory;
import dev.millrace.streaming.BatchTime;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StepStoreTest {
    private static final Operator OPERATOR = new Operator("step", "Test.java:1");

    @TempDir
    Path directory;

    /** Each of its two partitions is changed in so many keys, in this way. */
    private record Step(long keys, Runnable apply) implements MaterialiseStep<StepTable> {
        @Override
        public String name() {
            return "step";
        }

        @Override
        public BatchTime time() {
            return new BatchTime(1000);
        }

        @Override
        public Operator operator() {
            return OPERATOR;
        }

        @Override
        public List<? extends RddNode<?>> inputs() {
            return List.of(new ParallelizedNode<>(OPERATOR, List.of(1, 2), 2));
        }

        @Override
        public StepTask<StepTable> task() {
            return new StepTask<>() {
                @Override
                public List<StepTable> open(MemorySpace space, int partitions) {
                    return Collections.nCopies(partitions, StepTable.NONE);
                }

                @Override
                public StepChange run(StepTable table, StepInput input, StepOutput output) {
                    return new Change(keys, apply);
                }
            };
        }

        @Override
        public Kept kept() {
            return Kept.TABLES;
        }
    }

    private record Change(long size, Runnable change) implements StepChange {
        @Override
        public Iterator<?> read() {
            return Collections.emptyIterator();
        }

        @Override
        public void apply() {
            change.run();
        }
    }

    private MemorySpace space() {
        return new MemorySpace(new MemoryBudget(1_000_000), new SpillDirectory(directory), ValueCodec::builtIn);
    }

    private void settle(Step step, boolean committed) throws Exception {
        try (MemorySpace space = space();
                ComputePool pool = new ComputePool(1)) {
            StepStore store = new StepStore(space, new StepRecords(space));
            store.run(step, scope -> null, stage -> {
                List<StepAttempt> won = new ArrayList<>();
                for (int partition = stage.from(); partition < stage.until(); partition++) {
                    won.add(stage.body().run(partition, null));
                }
                return won;
            });
            store.settle(committed, pool);
            store.clear();
        }
    }

    @Test
    void shouldChangePartitionsSideBySideWhereABatchChangesMuch() throws Exception {
        CyclicBarrier barrier = new CyclicBarrier(2); // where each waits for the other
        settle(new Step(100_000, () -> await(barrier)), true);
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await(60, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void shouldCompleteRestoredTablesSideBySide() throws Exception {
        CyclicBarrier barrier = new CyclicBarrier(2); // where each waits for the other
        StepTable table = new StepTable() {
            @Override
            public void restored() {
                await(barrier);
            }
        };
        RestoredTables two = new RestoredTables() {
            @Override
            public String step() {
                return "step";
            }

            @Override
            public List<? extends StepTable> in(MemorySpace space) {
                return List.of(table, table);
            }
        };
        try (MemorySpace space = space();
                ComputePool pool = new ComputePool(1)) {
            new StepStore(space, new StepRecords(space)).restore(two, pool);
        }
    }

    @Test
    void shouldWakeNobodyForFewChanges() throws Exception {
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        settle(new Step(100, () -> threads.add(Thread.currentThread())), true);
        assertThat(threads).containsExactly(Thread.currentThread());
    }

    @Test
    void shouldChangeNothingForABatchThatIsRolledBack() throws Exception {
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        settle(new Step(100_000, () -> threads.add(Thread.currentThread())), false);
        assertThat(threads).isEmpty();
    }
}
