/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.engine.spark;

import dev.millrace.error.MillraceException;
import dev.millrace.error.RefusedException;
import dev.millrace.internal.errors.Causes;
import dev.millrace.internal.lineage.Operator;
import java.io.NotSerializableException;
import org.jspecify.annotations.Nullable;

/** Turns what Spark throws into the errors that the embedded engine throws. */
final class Failures {
    private static final String LAMBDA =
            "declare it as a type whose lambdas are, such as SerializableComparator or another one"
                    + " of dev.millrace.function";

    private Failures() {}

    static RuntimeException of(Exception error) {
        TaskFailure failure = find(error, TaskFailure.class);
        if (failure != null) {
            return failure.onDriver();
        }
        RefusedException refused = find(error, RefusedException.class); // to go along with a function
        if (refused != null) {
            return refused;
        }
        if (error instanceof MillraceException
                || error instanceof IllegalStateException
                || error instanceof IllegalArgumentException) {
            return (RuntimeException) error;
        }
        return new MillraceException("Spark ended the job: " + Causes.text(error), error);
    }

    /** The refusal of a function that could not be sent to tasks, if {@code error} is of that; else the failure itself. */
    static RuntimeException ofTranslation(Operator operator, Exception error) {
        return ofSending(
                "the function given to " + operator,
                "let it use local variables of serializable types, make the object inside the function, or have its class"
                        + " implement Serializable",
                error);
    }

    /**
     * The refusal of something that could not be sent to tasks, if {@code error} is of that; else the failure itself.
     *
     * @param advice the change to make
     */
    static RuntimeException ofSending(String what, String advice, Exception error) {
        NotSerializableException cause = find(error, NotSerializableException.class);
        if (cause == null) {
            return of(error);
        }
        String type = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
        boolean lambda = type.contains("$$Lambda");
        return new MillraceException(
                what + " cannot be sent to Spark's tasks, because it holds "
                        + (lambda ? "a lambda of " + type.replaceFirst("\\$\\$Lambda.*", "") : "an object of " + type)
                        + ", which is not Serializable; "
                        + (lambda ? LAMBDA : advice),
                error);
    }

    private static <E extends Throwable> @Nullable E find(Throwable error, Class<E> type) {
        return Causes.of(error).stream()
                .filter(type::isInstance)
                .map(type::cast)
                .findFirst()
                .orElse(null);
    }
}
