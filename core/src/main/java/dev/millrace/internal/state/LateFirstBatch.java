/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.state;

import dev.millrace.streaming.BatchTime;
import java.util.function.Consumer;

/**
 * The first batch of a state that began with an initial state, if it is another batch than was expected when that was computed: in real
 * time the computation may take longer than the timeout. It touches all keys before it runs the program.
 */
public record LateFirstBatch<K, V, S>(StateProgram<K, V, S> program) implements StateProgram<K, V, S> {
    @Override
    public void run(
            BatchTime time,
            StateBase<K, S> base,
            StateInput<K, V> input,
            Overlay<K, S> overlay,
            Consumer<Object> mapped)
            throws Exception {
        StateEntries<K> entries = base.entries();
        while (entries.next()) {
            if (!overlay.isChanged(entries)) {
                overlay.touch(entries.key(), entries.hash());
            }
        }
        program.run(time, base, input, overlay, mapped);
    }

    @Override
    public long idleBefore(BatchTime time) {
        return program.idleBefore(time);
    }

    @Override
    public boolean readsAll() {
        return true;
    }

    @Override
    public boolean isPerRecord() {
        return program.isPerRecord();
    }

    @Override
    public boolean isTimed() {
        return program.isTimed();
    }
}
