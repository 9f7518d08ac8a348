/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import org.jspecify.annotations.Nullable;

/**
 * Where a program begins in a partition that it has not read yet.
 *
 * @param said who names that offset, a sentence without its end; null if the brokers have named it just now
 * @param change what to do if it is not in the log; empty if the brokers have named it
 */
record Start(long offset, @Nullable String said, String change) {
    /** An offset that the brokers have named, which is there. */
    static Start found(long offset) {
        return new Start(offset, null, "");
    }

    static Start given(long offset, String partition) {
        return new Start(offset, "the start offset " + offset + " is given for " + partition, "give another offset");
    }

    static Start ofGroup(long offset, String group, String partition) {
        return new Start(
                offset,
                "the group " + group + " stands at offset " + offset + " of " + partition,
                "set the offsets of the group anew (kafka-consumer-groups.sh --reset-offsets)");
    }
}
