/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.graph;

import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.internal.lineage.RecordGuard;
import dev.millrace.rdd.StorageLevel;
import dev.millrace.streaming.ErrorPolicy;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One stream of the program: which streams it comes from, how often it has a batch, and what the lineage of a batch is.
 * Holds nothing of a batch.
 *
 * @param <T> the type of the records
 */
public abstract class StreamNode<T> {
    private final Operator operator;
    private final List<StreamNode<?>> parents;
    private final Duration slide;
    private @Nullable String name;
    private @Nullable StorageLevel level;
    private ErrorPolicy errorPolicy = ErrorPolicy.fail();
    private @Nullable RecordGuard guard;
    private List<Type> recordTypes = List.of();
    private int index;

    protected StreamNode(Operator operator, List<? extends StreamNode<?>> parents, Duration slide) {
        this.operator = operator;
        this.parents = List.copyOf(parents);
        this.slide = slide;
    }

    /** The lineage of the batch; asked once a batch, on the batch thread, after the parents. */
    protected abstract RddNode<T> compute(BatchScope batch);

    /** Returns whether this node keeps something between batches, so that it needs a name to be found again. */
    public boolean isDurable() {
        return false;
    }

    /** The problems of this node, each with the change to make. */
    public List<String> problems() {
        return List.of();
    }

    /** Returns whether it calls a function of the program with one record at a time, so that a failing one can be told. */
    public boolean isPerRecord() {
        return false;
    }

    public final Operator operator() {
        return operator;
    }

    public final List<StreamNode<?>> parents() {
        return parents;
    }

    public final Duration slide() {
        return slide;
    }

    public void setName(String explicit) {
        name = explicit;
    }

    /** Returns whether the program gave a name. */
    public boolean isNamed() {
        return name != null;
    }

    /** The name that the program gave, or one derived from the operator and its place among the streams. */
    public String name() {
        return name != null ? name : operator.name().toLowerCase(Locale.ROOT) + "-" + index;
    }

    /** The name under which a checkpoint and the engine keep what this node holds. */
    public String keptName() {
        return name();
    }

    /** From now on the records of each batch are kept at {@code kept} until the batch ends. */
    public final void persist(StorageLevel kept) {
        level = kept.useMemory() || kept.useDisk() ? kept : null;
    }

    /** At which level batches are kept, or null. */
    public final @Nullable StorageLevel level() {
        return level;
    }

    public void setErrorPolicy(ErrorPolicy policy) {
        errorPolicy = policy;
    }

    /** The treatment of records that the program's function cannot take. */
    public final ErrorPolicy errorPolicy() {
        return errorPolicy;
    }

    /** Names are fixed now. */
    final void setGuard(RecordGuard puttingAside) {
        guard = puttingAside;
    }

    /** The guard that puts failing records aside, or null if they fail their task. */
    protected final @Nullable RecordGuard guard() {
        return guard;
    }

    /** The types of which records consist, as far as the class of a function or of a receiver tells. */
    public List<Type> recordTypes() {
        return recordTypes;
    }

    public final void setRecordTypes(List<Type> known) {
        recordTypes = known;
    }

    /** The place of this stream among those of the program. */
    public final int index() {
        return index;
    }

    final void setIndex(int place) {
        index = place;
    }

    @Override
    public final String toString() {
        return name != null ? name + " (" + operator + ")" : operator.toString();
    }
}
