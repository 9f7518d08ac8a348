/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import dev.millrace.internal.lineage.Operator;

/** Refuses what changes a program that has been started. */
final class NotStarted {
    private NotStarted() {}

    static void check(StreamingContextState state, String operation, Operator operator) {
        if (state != StreamingContextState.CREATED) {
            throw new IllegalStateException(operation + " at " + operator.callSite()
                    + " comes after the context was "
                    + (state == StreamingContextState.ACTIVE ? "started" : "stopped")
                    + "; the streams of a program are fixed at start: move it before start()");
        }
    }
}
