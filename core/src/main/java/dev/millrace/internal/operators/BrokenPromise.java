/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.operators;

import org.jspecify.annotations.Nullable;

/** A function of the program returned what its contract rules out. Another call would return the same. */
public final class BrokenPromise extends RuntimeException {
    public BrokenPromise(String what) {
        super(what);
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
