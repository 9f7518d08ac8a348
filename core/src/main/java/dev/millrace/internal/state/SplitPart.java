/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.state;

import dev.millrace.internal.memory.Reservation;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The part of shared runs that belongs to one partition: a table, or a run of its own. Its owner closes it, or takes over the table or the run.
 *
 * @param run null if there is a table, or no entry
 * @param table null if there is no room for it; its keys and states are of the partition's types
 * @param room that of the table
 * @param keys how many there are
 * @param tableBytes about what they take in memory
 */
record SplitPart(
        @Nullable StateRun run, @Nullable StateTable<?, ?> table, Reservation room, long keys, long tableBytes) {
    @SuppressWarnings("unchecked") // it has keys and states of the partition that takes it
    <K, S> StateTable<K, S> tableOf() {
        return (StateTable<K, S>) Objects.requireNonNull(table);
    }

    void close() {
        room.close();
        if (run != null) {
            run.release();
        }
    }
}
