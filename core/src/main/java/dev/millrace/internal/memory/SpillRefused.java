/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.memory;

import dev.millrace.error.MillraceException;
import java.io.IOException;

/** Data that finds no room in memory could not be written to the spill directory either. It may go well once there is room. */
public final class SpillRefused extends MillraceException {
    private static final long serialVersionUID = 1;

    SpillRefused(String message, IOException cause) {
        super(message, cause);
    }
}
