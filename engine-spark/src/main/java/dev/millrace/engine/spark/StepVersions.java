/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.engine.spark;

import dev.millrace.internal.codec.DeclaredCodec;
import dev.millrace.internal.lineage.MaterialiseStep;
import dev.millrace.internal.lineage.MaterializedNode;
import dev.millrace.internal.lineage.QuarantinedRecords;
import dev.millrace.internal.lineage.RestoredRecords;
import dev.millrace.internal.lineage.RestoredTables;
import dev.millrace.internal.lineage.StepTable;
import dev.millrace.internal.lineage.StepTask;
import dev.millrace.internal.lineage.TaskObservation;
import dev.millrace.internal.memory.MemorySpace;
import dev.millrace.streaming.BatchTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.StorageLevel;
import org.jspecify.annotations.Nullable;

/**
 * The contents of steps on Spark: persisted RDDs of encoded blocks. A step that keeps tables has its base, the version of
 * the last committed batch, and while a batch runs the version that it made; the base is dropped only when that has won.
 * Written by the batch thread only, read by the threads of outputs.
 */
final class StepVersions {
    private final JavaSparkContext spark;
    private final DeclaredCodec codec;
    private final StorageLevel level;
    private final Map<String, Version> base = new ConcurrentHashMap<>();
    private final Map<Key, Version> versions = new ConcurrentHashMap<>(); // of the running batch, and what is kept
    private final Set<Key> provisional = ConcurrentHashMap.newKeySet();

    StepVersions(JavaSparkContext spark, DeclaredCodec codec, boolean local) {
        this.spark = spark;
        this.codec = codec;
        // On a cluster a version must survive the loss of a machine: its lineage is gone.
        level = local ? StorageLevel.MEMORY_AND_DISK() : StorageLevel.MEMORY_AND_DISK_2();
    }

    private record Key(String step, BatchTime time) {
        static Key of(MaterializedNode<?> node) {
            return new Key(node.step(), node.time());
        }
    }

    /**
     * @param time of the batch that made it, or null if it was restored
     * @param task reads it; null if nobody reads it as tables
     */
    private record Version(
            @Nullable BatchTime time,
            MaterialiseStep.Kept kept,
            @Nullable StepTask<?> task,
            JavaRDD<StepBlock> blocks) {}

    /** The blocks that a step will leave, not computed yet; the first job over them runs the step. */
    JavaRDD<StepBlock> prepare(MaterialiseStep<?> step, List<JavaRDD<Object>> inputs) {
        if (provisional.stream().anyMatch(key -> key.step().equals(step.name()))) {
            throw new IllegalStateException("step " + step.name() + " ran twice before it was settled");
        }
        spark.setCallSite(step.operator().toString());
        try {
            Version before = base.get(step.name());
            JavaRDD<StepBlock> blocks = StepTasks.run(
                    step,
                    inputs,
                    step.earlier().stream().map(this::blocks).toList(),
                    before == null ? null : before.blocks(),
                    codec.current());
            blocks.setName(step.name() + " at " + step.time());
            blocks.persist(level);
            return ScalaInterop.cutLineage(blocks);
        } catch (Exception e) { // Scala code throws checked exceptions without saying so
            throw Failures.ofTranslation(step.operator(), e);
        } finally {
            spark.clearCallSite();
        }
    }

    void provisional(MaterialiseStep<?> step, JavaRDD<StepBlock> blocks) {
        Key key = new Key(step.name(), step.time());
        versions.put(key, new Version(step.time(), step.kept(), step.task(), blocks));
        provisional.add(key);
    }

    /** The RDD that a node reads. */
    JavaRDD<Object> read(MaterializedNode<?> node) {
        Version found = find(node);
        if (node.partitions() == 0) {
            return spark.emptyRDD();
        }
        return node.part() == MaterializedNode.Part.TABLES && found.task() != null
                ? StepTasks.readTables(found.blocks(), found.task(), codec.current())
                : StepTasks.readRecords(found.blocks(), codec.current());
    }

    private JavaRDD<StepBlock> blocks(MaterializedNode<?> node) {
        return find(node).blocks();
    }

    /** Drops the records that a step gave in its batch; its tables go on as the base. */
    private Version find(MaterializedNode<?> node) {
        Version found = versions.get(Key.of(node));
        if (found == null && node.part() == MaterializedNode.Part.TABLES) {
            found = base.get(node.step());
        }
        if (found == null || !node.time().equals(found.time())) {
            throw node.dropped();
        }
        return found;
    }

    void settle(boolean committed) {
        for (Key key : provisional) {
            Version version = versions.get(key);
            if (version == null || committed && version.kept() == MaterialiseStep.Kept.RECORDS) {
                continue;
            }
            versions.remove(key);
            boolean wins = committed && version.kept() == MaterialiseStep.Kept.TABLES;
            drop(wins ? base.put(key.step(), version) : version);
        }
        provisional.clear();
    }

    private static void drop(@Nullable Version version) {
        if (version != null) {
            ScalaInterop.unpersist(version.blocks());
        }
    }

    void restore(RestoredTables restored) {
        List<StepBlock> blocks = new ArrayList<>();
        for (StepTable table : restored.in(MemorySpace.ofTask(codec.current()))) {
            table.restored();
            try {
                blocks.add(block(blocks.size(), StepTasks.written(table), List.of()));
            } catch (IOException e) {
                throw new UncheckedIOException(e); // lists take what they are given
            }
        }
        base.put(
                restored.step(),
                new Version(null, MaterialiseStep.Kept.TABLES, null, spark.parallelize(blocks, blocks.size())));
    }

    void restore(RestoredRecords restored) {
        List<List<Object>> partitions = new ArrayList<>();
        restored.<List<Object>>place(ArrayList::new, List::add, partitions);
        List<StepBlock> blocks = new ArrayList<>();
        for (List<Object> partition : partitions) {
            blocks.add(block(blocks.size(), List.of(), partition));
        }
        versions.put(
                new Key(restored.step(), restored.time()),
                new Version(
                        restored.time(),
                        MaterialiseStep.Kept.RECORDS,
                        null,
                        blocks.isEmpty() ? spark.emptyRDD() : spark.parallelize(blocks, blocks.size())));
    }

    private StepBlock block(int partition, List<byte[]> table, List<Object> records) {
        return new StepBlock(
                table,
                Blocks.encode(codec.current(), records),
                List.of(),
                new TaskObservation(partition, 0, Map.of(), Map.of(), QuarantinedRecords.NONE));
    }

    void release(String step, BatchTime time) {
        drop(versions.remove(new Key(step, time)));
    }

    /** Other engines may go on using the Spark context, so everything held there is given back. */
    void close() {
        settle(false);
        base.values().forEach(StepVersions::drop);
        base.clear();
        versions.values().forEach(StepVersions::drop);
        versions.clear();
    }
}
