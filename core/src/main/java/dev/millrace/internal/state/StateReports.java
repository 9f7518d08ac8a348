/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.state;

import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.memory.MemoryBudget;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * Keeps, and tells in the log, facts about all partitions of a state together: whether some of its values cannot be copied, so that they are
 * shared with the program; and which of its partitions are on disk. Thread safe.
 */
final class StateReports {
    private static final System.Logger ENGINE = System.getLogger("dev.millrace.engine");
    private static final System.Logger MEMORY = System.getLogger("dev.millrace.memory");

    private final String name;
    private volatile boolean hasUncopied;
    /** The partitions on disk, each with the bytes that it would take in memory. */
    private final Map<StatePartition<?, ?>, Long> onDisk = new IdentityHashMap<>();

    StateReports(String name) {
        this.name = name;
    }

    /** Returns whether the state has values that cannot be copied. */
    boolean hasUncopied() {
        return hasUncopied;
    }

    /** Notes that a value cannot be copied, and tells it once. */
    void cannotCopy(Operator operator, String why) {
        if (!hasUncopied) {
            hasUncopied = true;
            ENGINE.log(
                    System.Logger.Level.WARNING,
                    "states of " + operator + " cannot be copied: " + why
                            + ". The function may change them in place, so a"
                            + " task that fails after it was given one fails its batch instead of being tried again");
        }
    }

    /** A partition has gone to disk; says so of the first one. */
    synchronized void wentToDisk(StatePartition<?, ?> partition, long keys, long bytes, MemoryBudget budget) {
        onDisk.put(partition, bytes);
        if (onDisk.size() == 1) {
            MEMORY.log(
                    System.Logger.Level.INFO,
                    "the state " + name + " goes to disk, because millrace.memory.budget of " + size(budget.total())
                            + " has no more room for it: a partition of " + keys + " keys, which took about "
                            + size(bytes)
                            + "; others follow as room is needed");
        }
    }

    /** Takes what a partition on disk would take in memory, and tells it of all that are there. */
    synchronized long onDisk(StatePartition<?, ?> partition, long bytes) {
        onDisk.put(partition, bytes);
        return onDisk.values().stream().mapToLong(Long::longValue).sum();
    }

    /** A partition has come back into memory; says so of the last one. */
    synchronized void cameBack(StatePartition<?, ?> partition, long keys, long bytes, MemoryBudget budget) {
        onDisk.remove(partition);
        if (onDisk.isEmpty()) {
            MEMORY.log(
                    System.Logger.Level.INFO,
                    "the state " + name + " is back in memory, because millrace.memory.budget of "
                            + size(budget.total())
                            + " has room for it: the last of its partitions on disk has " + keys
                            + " keys, and takes about " + size(bytes));
        }
    }

    private static String size(long bytes) {
        return bytes < 1 << 20 ? bytes + " bytes" : (bytes >> 20) + " MB";
    }
}
