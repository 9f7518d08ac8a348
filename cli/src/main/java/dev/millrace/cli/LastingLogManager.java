/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import java.util.logging.LogManager;

/**
 * Keeps the log as it is while the process ends. Java's own resets it at once when a signal comes, so that what a program says
 * of its stop would be lost, or come at another level.
 */
public final class LastingLogManager extends LogManager {
    @Override
    public void reset() {
        if (!isEnding()) {
            super.reset();
        }
    }

    private static boolean isEnding() {
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
