/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.state;

import dev.millrace.internal.lineage.Operator;

/** Notes whether a state, in any of its partitions, has values that cannot be copied, and so are shared with the program. Thread safe. */
final class SharedStates {
    private static final System.Logger LOG = System.getLogger("dev.millrace.engine");

    private volatile boolean any;

    boolean isAny() {
        return any;
    }

    /** Says it once. */
    void note(Operator operator, String why) {
        if (!any) {
            any = true;
            LOG.log(
                    System.Logger.Level.WARNING,
                    "states of " + operator + " cannot be copied: " + why
                            + ". The function may change them in place, so a"
                            + " task that fails after it was given one fails its batch instead of being tried again");
        }
    }
}
