/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import dev.millrace.error.InvalidProgramException;
import dev.millrace.error.MillraceException;
import dev.millrace.error.UserCodeException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Shows a person the exception that a program's main method threw. An exception of Millrace is its message, with the line of the
 * program, or with the stack of a cause that is not Millrace's; any other has its stack. No frame of Millrace stands above one
 * of the program.
 */
final class ProgramFailure {
    private ProgramFailure() {}

    static void print(Throwable thrown, PrintWriter err) {
        if (!isOurs(thrown)) {
            leaveOutTheCommand(thrown);
            thrown.printStackTrace(err);
            return;
        }
        boolean told = CommandLog.hasTold(thrown);
        err.println(told ? "millrace: the program has ended with the failure above" : Messages.of(thrown));
        @Nullable Throwable cause = told ? null : causeToShow(thrown);
        if (cause == null) {
            leaveOutTheCommand(thrown);
            for (StackTraceElement frame : ofTheProgram(thrown)) {
                err.println("\tat " + frame);
            }
        } else if (chain(thrown).stream().anyMatch(UserCodeException.class::isInstance)) {
            err.print("Caused by: ");
            printFunction(cause, err);
        } else {
            leaveOutTheCommand(cause);
            err.print("Caused by: ");
            cause.printStackTrace(err);
        }
    }

    /** The first cause that is not Millrace's, if it tells more than the message above it. */
    static @Nullable Throwable causeToShow(Throwable thrown) {
        return chain(thrown).stream()
                .filter(each -> each != thrown && !(each instanceof MillraceException))
                .findFirst()
                .filter(cause -> !isOurInputOrOutput(cause))
                .orElse(null);
    }

    /** The frames of the program alone. */
    static StackTraceElement[] ofTheProgram(Throwable thrown) {
        return Arrays.stream(thrown.getStackTrace())
                .filter(ProgramFailure::isProgram)
                .toArray(StackTraceElement[]::new);
    }

    /** Returns whether the engine read or wrote something of its own; the message above says which, and why it could not. */
    private static boolean isOurInputOrOutput(Throwable cause) {
        StackTraceElement[] frames = cause.getStackTrace();
        return (cause instanceof IOException || cause instanceof UncheckedIOException)
                && first(frames, 0, ProgramFailure::isEngine) < first(frames, 0, ProgramFailure::isProgram);
    }

    /** Prints the exception that a function of the program threw, without the engine that called it. */
    static void printFunction(Throwable thrown, PrintWriter err) {
        leaveOutTheCommand(thrown);
        thrown.setStackTrace(ofTheFunction(thrown));
        thrown.printStackTrace(err);
    }

    /** Returns whether it is one of Millrace's exceptions, or one of Java's that Millrace threw to refuse a call. */
    static boolean isOurs(Throwable thrown) {
        StackTraceElement[] frames = thrown.getStackTrace();
        boolean refusal = thrown instanceof IllegalArgumentException || thrown instanceof IllegalStateException;
        return thrown instanceof MillraceException
                || thrown instanceof InvalidProgramException
                || (refusal && thrown.getCause() == null && frames.length > 0 && isEngine(frames[0]));
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

    /** The frames down to the engine that called the function; without the engine's that the function called. */
    static StackTraceElement[] ofTheFunction(Throwable thrown) {
        StackTraceElement[] frames = thrown.getStackTrace();
        int own = first(frames, 0, frame -> !isEngine(frame));
        int program = first(frames, own, ProgramFailure::isProgram);
        int from = program == frames.length ? 0 : own;
        return Arrays.copyOfRange(frames, from, Math.max(from, first(frames, program, ProgramFailure::isEngine)));
    }

    private static int first(StackTraceElement[] frames, int from, Predicate<StackTraceElement> wanted) {
        int at = from;
        while (at < frames.length && !wanted.test(frames[at])) {
            at++;
        }
        return at;
    }

    private static boolean isProgram(StackTraceElement frame) {
        return !isEngine(frame)
                && Stream.of("java.", "jdk.", "sun.", "com.sun.").noneMatch(frame.getClassName()::startsWith);
    }

    private static boolean isEngine(StackTraceElement frame) {
        return frame.getClassName().startsWith("dev.millrace.");
    }
}
