/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.start;

import dev.millrace.Tuple2;
import dev.millrace.error.CheckpointException;
import dev.millrace.internal.checkpoint.StoredStep;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.engine.ExecutionEngine;
import dev.millrace.internal.graph.PaneNode;
import dev.millrace.internal.window.PanePart;
import dev.millrace.streaming.BatchTime;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** A window that goes on with the records of its last batches. */
final class PanesToLoad extends StepToLoad {
    private final PaneNode<?> node;
    private final StoredStep stored;
    private final ValueCodec codec;

    PanesToLoad(PaneNode<?> node, StoredStep stored, ValueCodec codec, List<String> changes) {
        super("window", node.keptName(), changes);
        this.node = node;
        this.stored = stored;
        this.codec = codec;
    }

    @Override
    void load(ExecutionEngine engine, BatchTime before) {
        PaneByPane panes = new PaneByPane(node.name(), parts().iterator());
        while (panes.comesToNext()) {
            node.restore(engine, panes.time(), panes, panes::pieces);
        }
    }

    @Override
    String read() {
        long[] records = {0};
        Set<Long> panes = new TreeSet<>();
        for (PanePart part : parts()) {
            panes.add(part.time());
            part.records().forEachRemaining(record -> records[0]++);
        }
        return PlanDraft.count(records[0], "record", "records") + " of "
                + PlanDraft.count(panes.size(), "batch", "batches");
    }

    /** The partitions of its panes, whose records are such as the window can have. */
    private Iterable<PanePart> parts() {
        Iterable<PanePart> parts = stored.parts(codec);
        return !node.isKeyed() ? parts : () -> new Pairs(parts.iterator());
    }

    private final class Pairs implements Iterator<PanePart> {
        private final Iterator<PanePart> parts;

        Pairs(Iterator<PanePart> parts) {
            this.parts = parts;
        }

        @Override
        public boolean hasNext() {
            return parts.hasNext();
        }

        @Override
        public PanePart next() {
            PanePart part = parts.next();
            Iterator<Object> records = part.records();
            return new PanePart(part.time(), part.partition(), part.piece(), new Iterator<>() {
                @Override
                public boolean hasNext() {
                    return records.hasNext();
                }

                @Override
                public Object next() {
                    return pair(records.next());
                }
            });
        }
    }

    private Object pair(Object record) {
        if (record instanceof Tuple2) {
            return record;
        }
        String name = node.keptName();
        throw new CheckpointException("the window " + name
                + " was one of records in this checkpoint, and is one of keys now; write .named(\"" + name
                + "-2\") or another new name");
    }
}
