/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import dev.millrace.internal.threads.ProcessEnd;
import java.util.logging.LogManager;

/**
 * Keeps the log as it is while the process ends. Java's own resets it at once when a signal comes, so that what a program says
 * of its stop would be lost, or come at another level.
 */
public final class LastingLogManager extends LogManager {
    @Override
    public void reset() {
        if (!ProcessEnd.hasBegun()) {
            super.reset();
        }
    }
}
