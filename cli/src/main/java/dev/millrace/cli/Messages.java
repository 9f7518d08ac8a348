/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import dev.millrace.error.InvalidProgramException;
import dev.millrace.error.MillraceException;

/** What a person is told of an error: Millrace's own messages as they are, others with the name of their class. */
final class Messages {
    private Messages() {}

    static String of(Throwable error) {
        boolean explained = error instanceof MillraceException
                || error instanceof InvalidProgramException
                || error instanceof IllegalArgumentException
                || error instanceof CommandFailure;
        return "millrace: " + (explained && error.getMessage() != null ? error.getMessage() : error.toString());
    }
}
