/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import dev.millrace.error.InvalidProgramException;
import dev.millrace.error.MillraceException;

/**
 * Words errors for people: Millrace's own messages name options of the command with the settings that they set; others
 * come with the name of their class.
 */
final class Messages {
    /** The setting of {@code --takeover}. */
    static final String TAKEOVER = "millrace.streaming.checkpoint.takeover";

    private Messages() {}

    static String of(Throwable error) {
        boolean explained = error instanceof MillraceException
                || error instanceof InvalidProgramException
                || error instanceof IllegalArgumentException
                || error instanceof CommandFailure;
        return "millrace: "
                + (explained && error.getMessage() != null ? withOptions(error.getMessage()) : error.toString());
    }

    private static String withOptions(String message) {
        return message.replace(
                        "add dev.millrace:millrace-engine-spark and org.apache.spark:spark-core_2.13",
                        "run it with --spark before the file, as in 'millrace run --spark Counts.java'")
                .replace(TAKEOVER + "=true", "--takeover (" + TAKEOVER + "=true)");
    }
}
