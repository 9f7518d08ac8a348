/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.threads;

/** Tells whether the process has begun to end. It loads no other class of ours, so that a log manager can ask while it is set up. */
public final class ProcessEnd {
    private ProcessEnd() {}

    /** Returns whether hooks of the process run, or have run. Java tells it only to those who add a hook. Any thread. */
    public static boolean hasBegun() {
        Thread probe = new Thread(() -> {}, "millrace-probe");
        try {
            Runtime.getRuntime().addShutdownHook(probe);
            Runtime.getRuntime().removeShutdownHook(probe);
            return false;
        } catch (IllegalStateException e) {
            return true;
        }
    }
}
