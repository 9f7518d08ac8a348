/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.engine.spark;

import dev.millrace.error.CodecException;
import dev.millrace.error.MillraceException;
import dev.millrace.error.RefusedException;
import dev.millrace.error.UserCodeException;
import dev.millrace.internal.errors.Causes;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.operators.TaskScope;
import dev.millrace.internal.operators.UserCode;
import org.jspecify.annotations.Nullable;

/**
 * An error on its way from a task to the driver. Made of text alone, because the classes of a user's exception need not
 * be serializable, nor be known to the driver.
 */
final class TaskFailure extends RuntimeException {
    private enum Kind {
        USER_CODE,
        CODEC,
        REFUSED,
        STATE,
        OURS,
        OTHER
    }

    private final int partition;
    private final int attempts;
    private final Operator stage;
    private final Kind kind;
    private final boolean endsTheSame;
    private final String text;
    private final String shown;
    private final @Nullable Operator operator;

    private TaskFailure(Throwable error, Operator stage, TaskScope scope) {
        super("task " + scope.partitionId() + " of " + stage + ", attempt " + scope.attemptNumber() + ": " + error);
        this.partition = scope.partitionId();
        this.attempts = scope.attemptNumber() + 1;
        this.stage = stage;
        this.text = Causes.text(error);
        this.kind = kind(error);
        this.endsTheSame = UserCode.endsTheSame(error);
        Throwable origin = error;
        if (error instanceof UserCodeException user && user.getCause() != null) {
            this.operator = new Operator(user.operator(), user.callSite());
            origin = user.getCause();
        } else {
            this.operator = null;
        }
        this.shown = origin.toString();
        setStackTrace(origin.getStackTrace());
    }

    static TaskFailure of(Throwable error, Operator stage, TaskScope scope) {
        return error instanceof TaskFailure failure ? failure : new TaskFailure(error, stage, scope);
    }

    /** Returns whether another attempt would end the same way. */
    boolean endsTheSame() {
        return endsTheSame;
    }

    private static Kind kind(Throwable error) {
        if (error instanceof UserCodeException) {
            return Kind.USER_CODE;
        } else if (error instanceof CodecException) {
            return Kind.CODEC;
        } else if (error instanceof RefusedException) {
            return Kind.REFUSED;
        } else if (error instanceof MillraceException) {
            return Kind.OURS;
        } else {
            return error instanceof IllegalStateException ? Kind.STATE : Kind.OTHER;
        }
    }

    /** The error as the embedded engine would have thrown it. */
    MillraceException onDriver() {
        return new MillraceException(
                "task " + partition + " of " + stage + " failed "
                        + (attempts == 1 ? "once: " : attempts + " times, the last time: ") + text,
                original());
    }

    /** Gives the failure as the embedded engine would have thrown it. */
    Throwable original() {
        Throwable origin = new Origin(shown, getStackTrace());
        return switch (kind) {
            case USER_CODE ->
                operator == null ? origin : new UserCodeException(text, operator.name(), operator.callSite(), origin);
            case CODEC -> new CodecException(text);
            case REFUSED -> new RefusedException(text);
            case STATE -> new IllegalStateException(text, origin);
            case OURS -> new MillraceException(text, origin);
            case OTHER -> origin;
        };
    }

    /** Stands for an exception that stayed in its task: shows itself as that did, with its stack trace. */
    private static final class Origin extends Exception {
        private final String shown;

        Origin(String shown, StackTraceElement[] trace) {
            super(shown);
            this.shown = shown;
            setStackTrace(trace);
        }

        @Override
        public String toString() {
            return shown;
        }
    }
}
