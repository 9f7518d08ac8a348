/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.state;

import dev.millrace.Tuple2;
import dev.millrace.error.CancelledException;
import dev.millrace.error.RefusedException;
import dev.millrace.internal.changes.ChangeBlock;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.StepChange;
import dev.millrace.internal.lineage.StepInput;
import dev.millrace.internal.lineage.StepOutput;
import dev.millrace.internal.lineage.StepTask;
import dev.millrace.internal.memory.ConcatIterator;
import dev.millrace.internal.memory.MemorySpace;
import dev.millrace.streaming.BatchTime;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs the program of a state on one partition. What an attempt changes stands in an overlay of its own until the batch is
 * committed, so attempts can fail at will.
 *
 * @param name of the state, for people
 * @param log how changes are encoded, or null if nobody keeps them
 * @param inputIsComputed whether the input was computed before the task, as the records of a shuffle are, so that no function of the program runs when it is read
 */
record StateTask<K, V, S>(
        String name,
        Operator operator,
        BatchTime time,
        StateProgram<K, V, S> program,
        @Nullable ValueCodec log,
        boolean inputIsComputed)
        implements StepTask<StatePartition<K, S>> {

    @Override
    public List<StatePartition<K, S>> open(MemorySpace space, int partitions) {
        return StatePartition.several(space, new StateForm(name, Object.class), program.isTimed(), partitions);
    }

    @Override
    public StepChange run(StatePartition<K, S> partition, StepInput input, StepOutput output) throws Exception {
        Iterator<Tuple2<K, V>> pairs = input.read(0);
        HeldStates<S> states = held(partition);
        Overlay<K, S> overlay = new Overlay<>(states, partition.expectedChanges());
        StateBase<K, S> base = partition.open(time, program.readsAll() ? Long.MAX_VALUE : program.idleBefore(time));
        try {
            overlay.over(base);
            program.run(time, base, new StateInput<>(pairs, inputIsComputed), overlay, output::record);
        } catch (Exception e) {
            throw failed(states, e);
        } finally {
            partition.release(base);
        }
        BatchTime touched = program.touched(time);
        if (log != null) {
            long logged = program.isTimed() ? touched.milliseconds() : ChangeBlock.UNTIMED;
            StepOutput.encoding(operator, () -> overlay.encode(log, logged, output::changed));
        }
        String why = states.shared();
        if (why != null) {
            partition.reports().cannotCopy(operator, why);
        }
        return new Change<>(partition, overlay, touched, program.idleBefore(time));
    }

    private HeldStates<S> held(StatePartition<K, S> partition) {
        MemorySpace space = partition.space();
        if (space.isSentOn()) {
            return HeldStates.encoded(operator, space.codec());
        }
        return log != null
                ? HeldStates.encoded(operator, log)
                : HeldStates.inMemory(
                        operator, space.codec(), partition.reports().hasUncopied());
    }

    /**
     * Refuses another attempt if the function was given a state itself and not a copy: it may have changed that state, and
     * another attempt would count the change twice.
     */
    private Exception failed(HeldStates<?> states, Exception error) {
        String why = states.handed();
        if (why == null || error instanceof CancelledException || error instanceof RefusedException) {
            return error;
        }
        return new RefusedException(
                error.getMessage() + "; it is not tried again, because the function given to " + operator
                        + " may have changed a state in place by then, and that could not be copied: " + why,
                error);
    }

    @Override
    public Iterator<?> read(List<byte[]> table, ValueCodec codec) {
        return HeldStates.kept(codec)
                .copies(new ConcatIterator<>(table.iterator(), block -> StateBlocks.entries(block, codec)));
    }

    private record Change<K, S>(StatePartition<K, S> partition, Overlay<K, S> overlay, BatchTime touched, long settled)
            implements StepChange {
        @Override
        public Iterator<?> read() {
            return partition.read(overlay);
        }

        @Override
        public long size() {
            return overlay.size();
        }

        @Override
        public void apply() {
            partition.apply(overlay, touched, settled);
        }
    }
}
