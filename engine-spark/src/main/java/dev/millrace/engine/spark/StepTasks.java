/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.engine.spark;

import dev.millrace.Tuple2;
import dev.millrace.internal.changes.ChangeBlock;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.StableHash;
import dev.millrace.internal.operators.Actions;
import dev.millrace.internal.operators.TaskScope;
import dev.millrace.internal.state.HeldStates;
import dev.millrace.internal.state.Overlay;
import dev.millrace.internal.state.StateProgram;
import dev.millrace.internal.state.StateStep;
import dev.millrace.internal.state.StateTable;
import dev.millrace.internal.window.PaneStep;
import dev.millrace.internal.window.WindowContents;
import dev.millrace.internal.window.WindowProgram;
import dev.millrace.internal.window.WindowShape;
import dev.millrace.internal.window.WindowStep;
import dev.millrace.streaming.BatchTime;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.jspecify.annotations.Nullable;

/** What tasks do for steps: bring a state to its next version, keep a pane, read either. */
@SuppressWarnings("unchecked") // a step's input has the step's type
final class StepTasks {
    private static final byte[] NOTHING = new byte[0];

    private StepTasks() {}

    static <K, V, S> JavaRDD<StepBlock> state(
            StateStep<K, V, S> step, @Nullable JavaRDD<StepBlock> before, JavaRDD<Object> input, ValueCodec codec) {
        Advance<K, V, S> advance =
                new Advance<>(step.operator(), step.program(), step.time(), step.touchedByBatch(), codec, step.codec());
        Operator stage = step.input().operator();
        if (before == null) {
            return input.mapPartitions(pairs -> SparkTasks.run(stage, scope -> advance.run(null, pairs, scope)));
        }
        return before.zipPartitions(
                input, (blocks, pairs) -> SparkTasks.run(stage, scope -> advance.run(blocks.next(), pairs, scope)));
    }

    /** What a task needs to know of a state's step; the step itself would take its lineage along. */
    private record Advance<K, V, S>(
            Operator operator,
            StateProgram<K, V, S> program,
            BatchTime time,
            long touched,
            ValueCodec codec,
            @Nullable ValueCodec log)
            implements Serializable {

        Iterator<StepBlock> run(@Nullable StepBlock before, Iterator<Object> pairs, TaskScope scope) throws Exception {
            StateTable<K, S> table = new StateTable<>(program.isTimed());
            if (before != null) {
                load(before, table);
            }
            Overlay<K, S> overlay = new Overlay<>(HeldStates.encoded(operator, codec));
            List<Object> mapped = new ArrayList<>();
            program.run(time, table, (Iterator<Tuple2<K, V>>) (Iterator<?>) pairs, overlay, mapped::add);
            List<byte[]> changes = new ArrayList<>();
            if (log != null) {
                overlay.encode(log, touched, changes::add);
            }
            byte[] output = mapped.isEmpty() ? NOTHING : Blocks.encode(codec, mapped);
            if (before != null && overlay.size() == 0) {
                return List.of(new StepBlock(before.contents(), before.touched(), output, changes, scope.observation()))
                        .iterator();
            }
            overlay.applyTo(table, time); // the table is this attempt's own
            StepBlock after = new StepBlock(
                    Blocks.encodePairs(codec, Overlay.view(table, null)),
                    touched(table),
                    output,
                    changes,
                    scope.observation());
            return List.of(after).iterator();
        }

        private void load(StepBlock block, StateTable<K, S> table) {
            int next = 0;
            Iterator<Tuple2<K, Object>> entries = Blocks.decodePairs(codec, block.contents());
            while (entries.hasNext()) {
                Tuple2<K, Object> entry = entries.next();
                long when = program.isTimed() ? block.touched()[next++] : ChangeBlock.UNTIMED;
                table.load(entry._1(), StableHash.of(entry._1()), entry._2(), when);
            }
            table.loaded();
        }

        private long[] touched(StateTable<K, S> table) {
            return program.isTimed()
                    ? IntStream.range(0, table.end())
                            .filter(table::isLive)
                            .mapToLong(table::touched)
                            .toArray()
                    : new long[0];
        }
    }

    static <T> JavaRDD<StepBlock> pane(PaneStep<T> step, JavaRDD<Object> input, ValueCodec codec) {
        ValueCodec log = step.codec();
        BatchTime time = step.time();
        Operator stage = step.input().operator();
        return input.mapPartitions(records -> SparkTasks.run(stage, scope -> {
            List<Object> kept = Actions.toList(records);
            List<byte[]> changes = new ArrayList<>();
            if (log != null) {
                PaneStep.encode(log, time, scope.partitionId(), kept.iterator(), changes::add);
            }
            return List.of(StepBlock.records(Blocks.encode(codec, kept), changes, scope.observation()))
                    .iterator();
        }));
    }

    /**
     * @param panes the blocks of each partition of all panes, in the order of the step's panes
     */
    static <K, V, R> JavaRDD<StepBlock> window(WindowStep<K, V, R> step, JavaRDD<StepBlock> panes, ValueCodec codec) {
        BatchTime time = step.time();
        List<BatchTime> times = new ArrayList<>();
        step.panes().forEach(pane -> times.add(pane.time()));
        WindowShape shape = step.shape();
        WindowProgram<K, V, R> program = step.program();
        Operator stage = step.operator();
        return panes.mapPartitions(blocks -> SparkTasks.run(stage, scope -> {
            List<WindowContents.Pane<K, V>> read = new ArrayList<>();
            for (BatchTime of : times) {
                byte[] contents = blocks.next().contents();
                read.add(new WindowContents.Pane<>(
                        of, () -> Blocks.<Tuple2<K, V>>decode(codec, contents).iterator()));
            }
            List<Object> pairs = new ArrayList<>();
            program.open(shape).slide(time, read, pairs::add);
            return List.of(StepBlock.records(Blocks.encode(codec, pairs), List.of(), scope.observation()))
                    .iterator();
        }));
    }

    /** What a program mapped. */
    static JavaRDD<Object> readMapped(JavaRDD<StepBlock> blocks, ValueCodec codec) {
        return blocks.mapPartitions(block -> new LazyIterator<>(scope -> {
            byte[] mapped = block.next().mapped();
            return scope.leaf(
                    mapped.length == 0
                            ? Collections.emptyIterator()
                            : Blocks.<Object>decode(codec, mapped).iterator());
        }));
    }

    /** The records of blocks; copies of the states if they are a state's. */
    static JavaRDD<Object> read(JavaRDD<StepBlock> blocks, boolean keyed, ValueCodec codec) {
        return blocks.mapPartitions(block -> new LazyIterator<>(scope -> {
            byte[] contents = block.next().contents();
            return scope.leaf(
                    keyed
                            ? (Iterator<Object>)
                                    (Iterator<?>) HeldStates.kept(codec).copies(Blocks.decodePairs(codec, contents))
                            : Blocks.<Object>decode(codec, contents).iterator());
        }));
    }
}
