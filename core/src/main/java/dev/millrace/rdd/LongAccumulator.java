/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.rdd;

import dev.millrace.internal.operators.TaskScope;
import java.io.Serializable;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A counter that tasks add to and the program reads. What an attempt adds counts when the attempt wins and its job ends;
 * a batch that is run again after a failure counts again.
 */
public final class LongAccumulator implements Serializable {
    private static final AtomicLong NEXT_ID = new AtomicLong();

    private final long id = NEXT_ID.getAndIncrement();
    private final String name;
    private final AtomicLong total = new AtomicLong();

    /**
     * A counter at zero. Take it from {@code MillraceContext.longAccumulator(name)}: what tasks add to one made here is
     * not collected.
     */
    public LongAccumulator(String name) {
        this.name = name;
    }

    /** Its number, unique in this process. */
    public long id() {
        return id;
    }

    /** The name that it was made with; for people. */
    public String name() {
        return name;
    }

    /** Adds an amount, which may be negative. In a task it counts once the attempt has won; elsewhere, at once. */
    public void add(long amount) {
        TaskScope task = TaskScope.current();
        if (task == null) {
            total.addAndGet(amount);
        } else {
            task.accumulate(id, amount);
        }
    }

    /** The sum so far; meaningful in the program, not in a task. */
    public long value() {
        return total.get();
    }
}
