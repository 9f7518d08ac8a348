/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import dev.millrace.error.InvalidProgramException;
import dev.millrace.error.MillraceException;
import dev.millrace.error.UserCodeException;
import java.io.PrintWriter;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a person is shown when a program's main method throws: Millrace's own exceptions as their message, with the line of
 * the program, or with the stack of what is not Millrace's below them; all others with their stack.
 */
final class ProgramFailure {
    private ProgramFailure() {}

    static void print(Throwable thrown, PrintWriter err) {
        if (!(thrown instanceof MillraceException || thrown instanceof InvalidProgramException)) {
            cutAt(ProgramFailure::isCommand, thrown);
            thrown.printStackTrace(err);
            return;
        }
        err.println(Messages.of(thrown));
        Throwable above = thrown;
        Throwable cause = thrown.getCause();
        while (cause instanceof MillraceException) {
            above = cause;
            cause = cause.getCause();
        }
        if (cause == null) {
            cutAt(ProgramFailure::isCommand, thrown);
            Arrays.stream(thrown.getStackTrace())
                    .filter(frame -> !isEngine(frame) && !frame.getClassName().startsWith("java."))
                    .forEach(frame -> err.println("\tat " + frame));
            return;
        }
        cutAt(above instanceof UserCodeException ? ProgramFailure::isEngine : ProgramFailure::isCommand, cause);
        err.print("Caused by: ");
        cause.printStackTrace(err);
    }

    private interface Frames {
        boolean include(StackTraceElement frame);
    }

    /** Drops the first of these frames and all that called it. */
    private static void cutAt(Frames from, Throwable thrown) {
        for (@Nullable Throwable each = thrown; each != null; each = each.getCause()) {
            each.setStackTrace(Arrays.stream(each.getStackTrace())
                    .takeWhile(frame -> !from.include(frame))
                    .toArray(StackTraceElement[]::new));
        }
    }

    private static boolean isEngine(StackTraceElement frame) {
        return frame.getClassName().startsWith("dev.millrace.");
    }

    /** The command calls main by reflection. */
    private static boolean isCommand(StackTraceElement frame) {
        return frame.getClassName().startsWith("dev.millrace.cli.")
                || frame.getClassName().startsWith("jdk.internal.reflect.");
    }
}
