/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.operators;

import dev.millrace.error.CodecException;
import dev.millrace.error.InvalidProgramException;
import dev.millrace.error.MillraceException;
import dev.millrace.error.RefusedException;
import dev.millrace.error.UserCodeException;
import dev.millrace.internal.errors.Causes;
import dev.millrace.internal.lineage.BrokenPromise;
import dev.millrace.internal.lineage.Operator;
import java.io.IOException;

/** Turns what a user's function threw into an error that names the operator, the line, and the change to make. */
public final class UserCode {
    private static final String FILTER = "correct the function, or filter out the records that it cannot take";
    private static final String OUTSIDE = "make what it reads or writes ready again, or correct the function";

    private UserCode() {}

    /** The failure of a function that is given records. */
    public static RuntimeException failed(Operator operator, Throwable cause) {
        return failed(operator, cause, FILTER);
    }

    /** The failure of a function that is given datasets, so that there is no record to filter out. */
    public static RuntimeException ofDatasetsFailed(Operator operator, Throwable cause) {
        return failed(operator, cause, "correct the function");
    }

    private static RuntimeException failed(Operator operator, Throwable cause, String advice) {
        if (cause instanceof MillraceException known) {
            return known; // of an operator or a job further in, which has said it all
        }
        String function = "the function given to " + operator;
        if (cause instanceof OutOfMemoryError memory) {
            throw in(function, memory);
        }
        if (cause instanceof VirtualMachineError fatal && !(cause instanceof StackOverflowError)) {
            throw fatal;
        }
        if (cause instanceof InterruptedException) {
            JobScope.noteInterrupt();
        }
        return new UserCodeException(function + " " + what(cause, advice), operator.name(), operator.callSite(), cause);
    }

    private static String what(Throwable cause, String advice) {
        if (cause instanceof BrokenPromise) {
            return String.valueOf(cause.getMessage());
        }
        if (cause instanceof StackOverflowError) {
            return "needs a deeper stack than its thread has (java.lang.StackOverflowError); make a loop of its recursion,"
                    + " or start the JVM with a larger -Xss";
        }
        if (cause instanceof InterruptedException) {
            return "was interrupted: " + cause;
        }
        return "threw " + cause + "; " + (isOfOutside(cause) ? OUTSIDE : advice);
    }

    private static boolean isOfOutside(Throwable cause) {
        return Causes.of(cause).stream()
                .anyMatch(each -> each instanceof IOException
                        || each.getClass().getName().startsWith("java.sql.")); // that module may be missing
    }

    private static OutOfMemoryError in(String function, OutOfMemoryError error) {
        String message = String.valueOf(error.getMessage());
        if (message.contains(" in the function given to ")) {
            return error; // of a function further in
        }
        OutOfMemoryError named = new OutOfMemoryError(message + " in " + function);
        named.initCause(error);
        return named;
    }

    /** Returns whether another attempt would end the same way. */
    public static boolean endsTheSame(Throwable error) {
        return Causes.of(error).stream()
                .anyMatch(cause -> cause instanceof RefusedException
                        || cause instanceof InvalidProgramException
                        || cause instanceof CodecException
                        || cause instanceof BrokenPromise
                        || cause instanceof VirtualMachineError);
    }
}
