/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.engine.spark;

import dev.millrace.internal.codec.DeclaredCodec;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.lineage.MaterialiseStep;
import dev.millrace.internal.lineage.MaterializedNode;
import dev.millrace.internal.lineage.QuarantinedRecords;
import dev.millrace.internal.lineage.TaskObservation;
import dev.millrace.internal.operators.ConcatIterator;
import dev.millrace.internal.operators.Partitions;
import dev.millrace.internal.state.HeldStates;
import dev.millrace.internal.state.RestoredState;
import dev.millrace.internal.state.StateEntry;
import dev.millrace.internal.state.StateStep;
import dev.millrace.internal.window.PaneStep;
import dev.millrace.internal.window.RestoredPane;
import dev.millrace.internal.window.WindowStep;
import dev.millrace.streaming.BatchTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.StorageLevel;
import org.jspecify.annotations.Nullable;

/**
 * What materialise steps hold on Spark: persisted RDDs of encoded blocks. A state has its base, the version of the last
 * committed batch, and while a batch runs the version that it made; the base is dropped only when that has won. Written
 * by the batch thread only, read by the threads of outputs.
 */
final class StepVersions {
    private final JavaSparkContext spark;
    private final DeclaredCodec codec;
    private final StorageLevel level;
    private final Map<String, Version> base = new ConcurrentHashMap<>();
    private final Map<String, Version> provisional = new ConcurrentHashMap<>();
    private final Map<PaneKey, Pane> panes = new ConcurrentHashMap<>();

    StepVersions(JavaSparkContext spark, DeclaredCodec codec, boolean local) {
        this.spark = spark;
        this.codec = codec;
        // On a cluster a version must survive the loss of a machine: its lineage is gone.
        level = local ? StorageLevel.MEMORY_AND_DISK() : StorageLevel.MEMORY_AND_DISK_2();
    }

    private record Version(@Nullable BatchTime time, JavaRDD<StepBlock> blocks) {}

    private record PaneKey(String step, BatchTime time) {}

    private record Pane(JavaRDD<StepBlock> blocks, boolean provisional) {}

    /** The blocks that a step will leave, not computed yet; the first job over them runs the step. */
    JavaRDD<StepBlock> prepare(MaterialiseStep step, JavaRDD<Object> input) {
        if (provisional.containsKey(step.name())) {
            throw new IllegalStateException("step " + step.name() + " ran twice before it was settled");
        }
        spark.setCallSite(step.operator().toString());
        try {
            JavaRDD<StepBlock> blocks = blocks(step, input);
            blocks.setName(step.name() + " at " + step.time());
            blocks.persist(level);
            return ScalaInterop.cutLineage(blocks);
        } catch (Exception e) { // Scala code throws checked exceptions without saying so
            throw Failures.ofTranslation(step.operator(), e);
        } finally {
            spark.clearCallSite();
        }
    }

    private JavaRDD<StepBlock> blocks(MaterialiseStep step, JavaRDD<Object> input) {
        if (step instanceof StateStep<?, ?, ?> state) {
            Version before = base.get(step.name());
            return StepTasks.state(state, before == null ? null : before.blocks(), input, codec.current());
        }
        if (step instanceof WindowStep<?, ?, ?> window) {
            return window(window);
        }
        return StepTasks.pane((PaneStep<?>) step, input, codec.current());
    }

    /** From all panes each time: tasks keep nothing here that the next slide could begin with. */
    private <K, V, R> JavaRDD<StepBlock> window(WindowStep<K, V, R> step) {
        List<JavaRDD<StepBlock>> panes = step.panes().stream().map(this::find).toList();
        return StepTasks.window(step, sideBySide(panes), codec.current());
    }

    /** The first partitions of all together, then the second ones, and so on; a tree, so that it does not get deep. */
    private static JavaRDD<StepBlock> sideBySide(List<JavaRDD<StepBlock>> panes) {
        if (panes.size() == 1) {
            return panes.get(0);
        }
        int half = panes.size() / 2;
        return sideBySide(panes.subList(0, half))
                .zipPartitions(
                        sideBySide(panes.subList(half, panes.size())),
                        (first, second) -> new ConcatIterator<>(0, 2, i -> i == 0 ? first : second));
    }

    void provisional(MaterialiseStep step, JavaRDD<StepBlock> blocks) {
        if (step instanceof StateStep<?, ?, ?>) {
            provisional.put(step.name(), new Version(step.time(), blocks));
        } else {
            panes.put(new PaneKey(step.name(), step.time()), new Pane(blocks, true));
        }
    }

    JavaRDD<StepBlock> find(MaterializedNode<?> node) {
        Pane pane = panes.get(new PaneKey(node.step(), node.time()));
        if (pane != null) {
            return pane.blocks();
        }
        Version running = provisional.get(node.step());
        Version version = running != null || mapped(node) ? running : base.get(node.step());
        if (version == null || !node.time().equals(version.time())) {
            throw node.dropped();
        }
        return version.blocks();
    }

    /** Whether a node reads what a state's program mapped; that ends with the batch. */
    static boolean mapped(MaterializedNode<?> node) {
        return node.part() == MaterializedNode.Part.MAPPED;
    }

    /** Whether a node that was found is a state's. */
    boolean keyed(MaterializedNode<?> node) {
        return !panes.containsKey(new PaneKey(node.step(), node.time()));
    }

    void settle(boolean committed) {
        provisional.forEach((step, version) -> {
            Version loser = committed ? base.put(step, version) : version;
            if (loser != null) {
                ScalaInterop.unpersist(loser.blocks());
            }
        });
        provisional.clear();
        for (Map.Entry<PaneKey, Pane> entry : panes.entrySet()) {
            if (entry.getValue().provisional()) {
                if (committed) {
                    entry.setValue(new Pane(entry.getValue().blocks(), false));
                } else {
                    drop(entry.getKey());
                }
            }
        }
    }

    void restore(RestoredState state) {
        base.put(state.step(), new Version(null, parallelized(partitioned(state, codec.current()))));
    }

    void restore(RestoredPane pane) {
        List<Contents> partitions = new ArrayList<>();
        pane.place(Contents::empty, (partition, record) -> partition.records().add(record), partitions);
        panes.put(new PaneKey(pane.step(), pane.time()), new Pane(parallelized(partitions), false));
    }

    /** A partition to put back: its records, or the keys and values of a state in turn, and when they were touched. */
    private record Contents(List<Object> records, List<Long> touched) {
        static Contents empty() {
            return new Contents(new ArrayList<>(), new ArrayList<>());
        }
    }

    private static List<Contents> partitioned(RestoredState state, ValueCodec codec) {
        HeldStates<Object> states = HeldStates.kept(codec);
        List<Contents> partitions = new ArrayList<>();
        for (int i = 0; i < state.partitioner().numPartitions(); i++) {
            partitions.add(Contents.empty());
        }
        for (StateEntry entry : state.entries()) {
            Contents partition = partitions.get(Partitions.of(state.partitioner(), entry.key(), null));
            partition.records().add(entry.key());
            partition.records().add(states.hold(entry.key(), entry.value()));
            if (state.timed()) {
                partition.touched().add(entry.touched());
            }
        }
        return partitions;
    }

    private JavaRDD<StepBlock> parallelized(List<Contents> partitions) {
        if (partitions.isEmpty()) {
            return spark.emptyRDD();
        }
        List<StepBlock> blocks = new ArrayList<>();
        for (int i = 0; i < partitions.size(); i++) {
            Contents partition = partitions.get(i);
            blocks.add(new StepBlock(
                    Blocks.encode(codec.current(), partition.records()),
                    partition.touched().stream().mapToLong(Long::longValue).toArray(),
                    new byte[0],
                    List.of(),
                    new TaskObservation(i, 0, Map.of(), Map.of(), QuarantinedRecords.NONE)));
        }
        return spark.parallelize(blocks, blocks.size());
    }

    void release(String step, BatchTime time) {
        drop(new PaneKey(step, time));
    }

    private void drop(PaneKey key) {
        Pane pane = panes.remove(key);
        if (pane != null) {
            ScalaInterop.unpersist(pane.blocks());
        }
    }

    /** Other engines may go on using the Spark context, so everything held there is given back. */
    void close() {
        settle(false);
        base.values().forEach(version -> ScalaInterop.unpersist(version.blocks()));
        base.clear();
        panes.keySet().forEach(this::drop);
    }
}
