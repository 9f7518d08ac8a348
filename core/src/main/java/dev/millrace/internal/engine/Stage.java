/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.engine;

import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.RddNode;
import dev.millrace.internal.operators.TaskScope;
import java.util.List;

/**
 * Tasks that need nothing of each other, one for each partition from {@code from} on, before {@code until}.
 *
 * @param operator whose tasks they are, for people
 * @param reads the datasets that they compute
 * @param body what a task does: the same for every attempt
 */
record Stage<R>(Operator operator, List<? extends RddNode<?>> reads, int from, int until, Body<R> body) {
    /** The number of partitions of what it computes, of which an action may want the first ones only. */
    int partitions() {
        return reads.stream().mapToInt(RddNode::partitions).reduce(until, Math::max);
    }

    /** Computes one partition. */
    interface Body<R> {
        R run(int partition, TaskScope scope) throws Exception;
    }
}
