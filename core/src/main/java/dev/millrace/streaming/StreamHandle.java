/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import dev.millrace.internal.graph.StreamNode;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.rdd.RDD;
import dev.millrace.rdd.StorageLevel;
import dev.millrace.rdd.StorageLevels;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A stream of the program, and what is said about it: its name, what it keeps, and its batches by their time.
 *
 * @param <T> the type of the records
 * @param <S> the stream's own type
 * @param <R> the type of the RDD of each batch
 */
abstract sealed class StreamHandle<T, S, R extends RDD<T>> permits DStreamLike {
    final StreamingContext context;
    final StreamNode<T> node;

    StreamHandle(StreamingContext context, StreamNode<T> node) {
        this.context = context;
        this.node = node;
    }

    abstract S self();

    abstract R rdd(RddNode<T> lineage);

    /** The context whose program this stream is part of. */
    public StreamingContext context() {
        return context;
    }

    /** The operation that made this stream and its line, after its name if it has one. */
    @Override
    public final String toString() {
        return node.toString();
    }

    /** Gives this stream its name: its identity in a checkpoint, and what people see. */
    public S named(String name) {
        context.checkNotStarted("named", node.operator());
        node.setName(name);
        return self();
    }

    /**
     * Decides about a record for which the function of the operation that made this stream throws; without this it fails
     * the batch. For operations that call their function once a record: map, mapToPair, mapValues, filter, flatMap and its
     * kin, and mapWithState, where the key's state stays as it was. Nothing that was made of a record before its call
     * failed goes on. The function must not change its argument, which is what is put aside.
     *
     * <p>The name of this stream, or of the state, is the operator's in the quarantine; with a checkpoint directory it must
     * be given. {@link StreamingContext#quarantined(java.nio.file.Path, String, Class)} gives the records back.
     */
    public S onError(ErrorPolicy policy) {
        context.checkNotStarted("onError", node.operator());
        node.setErrorPolicy(policy);
        return self();
    }

    /** Like {@link #persist(StorageLevel)}, as bytes in memory. */
    public S cache() {
        return persist();
    }

    /** Like {@link #persist(StorageLevel)}, as bytes in memory. */
    public S persist() {
        return persist(StorageLevels.MEMORY_ONLY_SER);
    }

    /**
     * Keeps the records of each batch, once they are computed, for the other outputs and actions on the same batch; they
     * are dropped when the batch ends. A windowed stream needs this not: its batches are kept for the window anyway.
     */
    public S persist(StorageLevel level) {
        context.checkNotStarted("persist", node.operator());
        node.persist(level);
        return self();
    }

    // ---- batches by their time ----

    /**
     * The batch at {@code time}, or null if this stream has none then, or none any more: without {@link StreamingContext#remember} only
     * the batch that runs can be read, by what runs in it. Any thread.
     */
    public @Nullable R compute(BatchTime time) {
        RddNode<T> lineage = context.remembered().find(node, time);
        return lineage == null ? null : rdd(lineage);
    }

    /**
     * The batches from one time to another, both included, in order; only those that have begun, in this run of the program. A first
     * time between two batches is taken for the earlier one. Any thread.
     *
     * @throws IllegalStateException if there was no batch yet, or one of these is not kept any more; see {@link
     *     StreamingContext#remember}
     */
    public List<R> slice(BatchTime from, BatchTime to) {
        return context.remembered().slice(node, from, to).stream()
                .map(this::rdd)
                .toList();
    }

    /**
     * Does nothing, and is there for programs of the original, where it says how often the data of the stream is saved so that its
     * lineage stays short. Here lineage does not grow with time: what a stream keeps is saved in each batch. The log says so.
     */
    public S checkpoint(Duration interval) {
        Operator operator = Operator.here("checkpoint");
        context.checkNotStarted("checkpoint", operator);
        System.getLogger("dev.millrace.streaming")
                .log(
                        System.Logger.Level.INFO,
                        operator
                                + " has no effect: lineage does not grow with time, and what a stream keeps is saved in each"
                                + " batch; leave it out");
        return self();
    }
}
