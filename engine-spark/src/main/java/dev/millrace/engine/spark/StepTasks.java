/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.engine.spark;

import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.lineage.MaterialiseStep;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.StepChange;
import dev.millrace.internal.lineage.StepTable;
import dev.millrace.internal.lineage.StepTask;
import dev.millrace.internal.memory.ConcatIterator;
import dev.millrace.internal.memory.MemorySpace;
import dev.millrace.internal.operators.TaskScope;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.jspecify.annotations.Nullable;

/** The tasks of steps: one runs a partition of a step, and others read its result. */
@SuppressWarnings("unchecked") // below the typed surface records are objects
final class StepTasks {
    private static final byte[] NOTHING = new byte[0];

    private StepTasks() {}

    /**
     * The result of a step, not computed yet.
     *
     * @param earlier the results of steps for the earlier batches that it reads
     * @param before its own version of the batch before, or null if there is none
     */
    static JavaRDD<StepBlock> run(
            MaterialiseStep<?> step,
            List<JavaRDD<Object>> inputs,
            List<JavaRDD<StepBlock>> earlier,
            @Nullable JavaRDD<StepBlock> before,
            ValueCodec codec) {
        JavaRDD<Iterator<Object>> records = sideBySide(inputs);
        List<JavaRDD<StepBlock>> blocks = new ArrayList<>(earlier);
        if (before != null) {
            blocks.add(before);
        }
        Run<?> run = new Run<>(step.task(), earlier.size(), before != null, codec);
        Operator stage = step.inputs().get(0).operator();
        if (blocks.isEmpty()) {
            return records.mapPartitions(
                    partition -> SparkTasks.run(stage, scope -> run.in(scope, partition, Collections.emptyIterator())));
        }
        return records.zipPartitions(
                zipped(blocks), (partition, held) -> SparkTasks.run(stage, scope -> run.in(scope, partition, held)));
    }

    /** In each partition the records of those of all RDDs with the same number, one iterator for each. */
    static JavaRDD<Iterator<Object>> sideBySide(List<JavaRDD<Object>> rdds) {
        return zipped(rdds.stream()
                .map(rdd -> rdd.mapPartitions(
                        partition -> Collections.singletonList(partition).iterator()))
                .toList());
    }

    /** The first partitions of all together, then the second ones, and so on; a tree, so that it does not get deep. */
    private static <R> JavaRDD<R> zipped(List<JavaRDD<R>> rdds) {
        if (rdds.size() == 1) {
            return rdds.get(0);
        }
        int half = rdds.size() / 2;
        return zipped(rdds.subList(0, half))
                .zipPartitions(
                        zipped(rdds.subList(half, rdds.size())),
                        (first, second) ->
                                new ConcatIterator<>(List.of(first, second).iterator(), records -> records));
    }

    /** The part of a step that its tasks are sent; the step itself would take its lineage along. */
    private record Run<T extends StepTable>(StepTask<T> task, int earlier, boolean hasBefore, ValueCodec codec)
            implements Serializable {

        Iterator<StepBlock> in(TaskScope scope, Iterator<Iterator<Object>> inputs, Iterator<StepBlock> held)
                throws Exception {
            List<byte[]> panes = new ArrayList<>();
            for (int i = 0; i < earlier; i++) {
                panes.add(held.next().records());
            }
            T table = task.open(MemorySpace.ofTask(codec), 1).get(0);
            List<byte[]> before = hasBefore ? held.next().table() : List.of();
            table.load(before);
            List<Iterator<Object>> records = new ArrayList<>();
            inputs.forEachRemaining(records::add);
            StepAttempt attempt = new StepAttempt(scope.partitionId(), records, panes, codec);
            StepChange change = task.run(table, attempt, attempt);
            List<byte[]> after = before;
            if (change.size() > 0) {
                change.apply(); // the table is this attempt's own
                after = written(table);
            }
            return List.of(new StepBlock(after, encoded(attempt.given()), attempt.changes(), scope.observation()))
                    .iterator();
        }

        private byte[] encoded(List<Object> given) {
            return given.isEmpty() ? NOTHING : Blocks.encode(codec, given);
        }
    }

    static List<byte[]> written(StepTable table) throws IOException {
        List<byte[]> blocks = new ArrayList<>();
        table.writeTo(blocks::add);
        return blocks;
    }

    static Iterator<Object> decoded(byte[] records, ValueCodec codec) {
        return records.length == 0
                ? Collections.emptyIterator()
                : Blocks.<Object>decode(codec, records).iterator();
    }

    /** Reads the records that a step gave in the batch. */
    static JavaRDD<Object> readRecords(JavaRDD<StepBlock> blocks, ValueCodec codec) {
        return blocks.mapPartitions(block ->
                new LazyIterator<>(scope -> scope.leaf(decoded(block.next().records(), codec))));
    }

    /** Reads the tables of a step. */
    static JavaRDD<Object> readTables(JavaRDD<StepBlock> blocks, StepTask<?> task, ValueCodec codec) {
        return blocks.mapPartitions(block -> new LazyIterator<>(
                scope -> scope.leaf((Iterator<Object>) task.read(block.next().table(), codec))));
    }
}
