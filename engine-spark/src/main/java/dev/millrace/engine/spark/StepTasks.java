/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.engine.spark;

import dev.millrace.Tuple2;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.StableHash;
import dev.millrace.internal.materialise.Overlay;
import dev.millrace.internal.materialise.PaneStep;
import dev.millrace.internal.materialise.StateProgram;
import dev.millrace.internal.materialise.StateStep;
import dev.millrace.internal.materialise.WindowContents;
import dev.millrace.internal.materialise.WindowProgram;
import dev.millrace.internal.materialise.WindowShape;
import dev.millrace.internal.materialise.WindowStep;
import dev.millrace.internal.operators.Actions;
import dev.millrace.internal.operators.OrderedMap;
import dev.millrace.streaming.BatchTime;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.jspecify.annotations.Nullable;

/** What tasks do for steps: bring a state to its next version, keep a pane, read either. */
@SuppressWarnings("unchecked") // a step's input has the step's type
final class StepTasks {
    private static final byte[] NOTHING = new byte[0];

    private StepTasks() {}

    static <K, V, S> JavaRDD<StepBlock> state(
            StateStep<K, V, S> step, @Nullable JavaRDD<StepBlock> before, JavaRDD<Object> input, ValueCodec codec) {
        StateProgram<K, V, S> program = step.program();
        ValueCodec log = step.codec();
        Operator stage = step.input().operator();
        if (before == null) {
            return input.mapPartitions(pairs -> advance(program, null, pairs, codec, log, stage));
        }
        return before.zipPartitions(
                input, (blocks, pairs) -> advance(program, blocks.next().contents(), pairs, codec, log, stage));
    }

    private static <K, V, S> Iterator<StepBlock> advance(
            StateProgram<K, V, S> program,
            byte @Nullable [] before,
            Iterator<Object> pairs,
            ValueCodec codec,
            @Nullable ValueCodec log,
            Operator stage) {
        return SparkTasks.run(stage, scope -> {
            OrderedMap<K, S> base = new OrderedMap<>();
            if (before != null) {
                Blocks.<K, S>decodePairs(codec, before)
                        .forEachRemaining(entry -> base.append(entry._1(), StableHash.of(entry._1()), entry._2()));
            }
            Overlay<K, S> overlay = new Overlay<>();
            program.run(base, (Iterator<Tuple2<K, V>>) (Iterator<?>) pairs, overlay);
            byte[] contents = before != null && overlay.size() == 0
                    ? before
                    : Blocks.encodePairs(codec, Overlay.view(base, overlay));
            byte[] changes = log == null || overlay.size() == 0 ? NOTHING : overlay.encode(log);
            return List.of(new StepBlock(contents, changes, scope.observation()))
                    .iterator();
        });
    }

    static <T> JavaRDD<StepBlock> pane(PaneStep<T> step, JavaRDD<Object> input, ValueCodec codec) {
        ValueCodec log = step.codec();
        BatchTime time = step.time();
        Operator stage = step.input().operator();
        return input.mapPartitions(records -> SparkTasks.run(stage, scope -> {
            List<Object> kept = Actions.toList(records);
            byte[] changes = log == null ? NOTHING : PaneStep.changes(log, time, scope.partitionId(), kept);
            return List.of(new StepBlock(Blocks.encode(codec, kept), changes, scope.observation()))
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
            return List.of(new StepBlock(Blocks.encode(codec, pairs), NOTHING, scope.observation()))
                    .iterator();
        }));
    }

    /** The records of blocks; of pairs if they are a state's. */
    static JavaRDD<Object> read(JavaRDD<StepBlock> blocks, boolean keyed, ValueCodec codec) {
        return blocks.mapPartitions(block -> new LazyIterator<>(scope -> {
            byte[] contents = block.next().contents();
            return scope.leaf(
                    keyed
                            ? (Iterator<Object>) (Iterator<?>) Blocks.decodePairs(codec, contents)
                            : Blocks.<Object>decode(codec, contents).iterator());
        }));
    }
}
