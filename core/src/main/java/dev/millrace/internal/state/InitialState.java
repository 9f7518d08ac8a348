/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.state;

import dev.millrace.error.RefusedException;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.StableHash;
import dev.millrace.streaming.BatchTime;
import java.util.function.Consumer;

/**
 * Fills a state before its first batch; of equal keys the last one stays.
 *
 * @param firstBatch in which its keys count as touched, as far as is known before it
 */
public record InitialState<K, S>(Operator operator, boolean isTimed, BatchTime firstBatch)
        implements StateProgram<K, S, S> {
    @Override
    public BatchTime touched(BatchTime time) {
        return firstBatch;
    }

    @Override
    public void run(
            BatchTime time,
            StateBase<K, S> base,
            StateInput<K, S> input,
            Overlay<K, S> overlay,
            Consumer<Object> mapped) {
        input.pairs().forEachRemaining(entry -> {
            if (entry._2() == null) {
                throw new RefusedException(operator + " was given an initial state that is null, of key " + entry._1()
                        + "; leave such keys out");
            }
            overlay.put(entry._1(), StableHash.of(entry._1()), entry._2());
        });
    }
}
