/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.log;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Remembers the first write of a file that failed, since nothing may be written behind it. Safe for several threads. */
final class FirstFailure {
    private volatile @Nullable Throwable failure;

    /** Remembers a failure, unless there was one before; two at the same time may both be the first. */
    void is(Throwable met) {
        if (failure == null) {
            failure = met;
        }
    }

    boolean isMet() {
        return failure != null;
    }

    /** @throws IOException with the first failure as its cause, if there was one */
    void check() throws IOException {
        Throwable met = failure;
        if (met != null) {
            throw new IOException(
                    "an earlier write of this file failed: " + (met.getMessage() == null ? met : met.getMessage())
                            + "; mend the disk, or make room on it, and start the program again",
                    met);
        }
    }
}
