/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import dev.millrace.error.InvalidProgramException;
import dev.millrace.error.MillraceException;
import dev.millrace.error.UserCodeException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a person is shown when a program's main method throws: Millrace's own exceptions as their message, with the line of
 * the program, or with the stack of what is not Millrace's below them; all others with their stack.
 */
final class ProgramFailure {
    private ProgramFailure() {}

    static void print(Throwable thrown, PrintWriter err) {
        if (!(thrown instanceof MillraceException || thrown instanceof InvalidProgramException)) {
            leaveOutTheCommand(thrown);
            thrown.printStackTrace(err);
            return;
        }
        err.println(Messages.of(thrown));
        Throwable above = thrown;
        @Nullable Throwable cause = null; // the first that is not ours
        for (Throwable each : chain(thrown)) {
            if (each != thrown && !(each instanceof MillraceException)) {
                cause = each;
                break;
            }
            above = each;
        }
        if (cause == null) {
            leaveOutTheCommand(thrown);
            Arrays.stream(thrown.getStackTrace())
                    .filter(ProgramFailure::isProgram)
                    .forEach(frame -> err.println("\tat " + frame));
            return;
        }
        leaveOutTheCommand(cause);
        if (above instanceof UserCodeException) {
            cause.setStackTrace(ofTheFunction(cause.getStackTrace()));
        }
        err.print("Caused by: ");
        cause.printStackTrace(err);
    }

    /** An error and its causes, each once: they may be a circle. */
    private static List<Throwable> chain(Throwable thrown) {
        List<Throwable> chain = new ArrayList<>();
        Set<Throwable> met = Collections.newSetFromMap(new IdentityHashMap<>());
        for (@Nullable Throwable each = thrown; each != null && met.add(each); each = each.getCause()) {
            chain.add(each);
        }
        return chain;
    }

    /** Drops the frames of the command, and those of reflection by which it calls main. */
    private static void leaveOutTheCommand(Throwable thrown) {
        for (Throwable each : chain(thrown)) {
            StackTraceElement[] frames = each.getStackTrace();
            int end = first(frames, 0, frame -> frame.getClassName().startsWith("dev.millrace.cli."));
            while (end < frames.length
                    && end > 0
                    && frames[end - 1].getClassName().contains(".reflect.")) {
                end--;
            }
            each.setStackTrace(Arrays.copyOf(frames, end));
        }
    }

    /** The frames down to the engine that called the function. */
    private static StackTraceElement[] ofTheFunction(StackTraceElement[] frames) {
        int program = first(frames, 0, ProgramFailure::isProgram);
        return Arrays.copyOf(frames, first(frames, program, ProgramFailure::isEngine));
    }

    private static int first(StackTraceElement[] frames, int from, Predicate<StackTraceElement> wanted) {
        int at = from;
        while (at < frames.length && !wanted.test(frames[at])) {
            at++;
        }
        return at;
    }

    private static boolean isProgram(StackTraceElement frame) {
        String name = frame.getClassName();
        return !isEngine(frame) && !name.startsWith("java.") && !name.startsWith("jdk.");
    }

    private static boolean isEngine(StackTraceElement frame) {
        return frame.getClassName().startsWith("dev.millrace.");
    }
}
