/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.lineage;

import org.jspecify.annotations.Nullable;

/** A function of the program returned what its contract rules out. Another call would return the same. */
public final class BrokenPromise extends RuntimeException {
    public BrokenPromise(String what) {
        super(what);
    }

    /** A record that a function has made. */
    public static <R> R record(@Nullable R record) {
        return notNull(
                record, "return a record; to have none for some of them, filter those out before, or use flatMap");
    }

    /** A record of the iterator that a function has made. */
    public static <R> R inIterator(@Nullable R record) {
        return notNull(record, "leave null out of the iterator");
    }

    /** Two values that a function has merged. */
    public static <R> R merged(@Nullable R value) {
        return notNull(value, "return a value");
    }

    /** The answer of a predicate. */
    public static boolean answer(@Nullable Boolean answer) {
        return notNull(answer, "return true or false");
    }

    /** @param advice what to return instead */
    public static <R> R notNull(@Nullable R result, String advice) {
        if (result == null) {
            throw new BrokenPromise("returned null; " + advice);
        }
        return result;
    }

    @Override
    public String toString() {
        return "it " + getMessage(); // as it stands in a quarantine
    }
}
