/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.planted;

import static net.bytebuddy.matcher.ElementMatchers.declaresMethod;
import static net.bytebuddy.matcher.ElementMatchers.isConstructor;
import static net.bytebuddy.matcher.ElementMatchers.nameStartsWith;

import dev.millrace.internal.checkpoint.BatchLog;
import dev.millrace.internal.checkpoint.Checkpoint;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.description.method.ParameterDescription;
import net.bytebuddy.implementation.bytecode.assign.Assigner;
import net.bytebuddy.matcher.ElementMatcher;
import org.jspecify.annotations.Nullable;

/**
 * Puts something between a program and its checkpoint: what runs batches is given that in place of the checkpoint, by a change
 * of the byte code of its constructors. Of the whole process; one at a time.
 */
public final class InterposedLog {
    private static final ElementMatcher.Junction<MethodDescription> TAKES_A_LOG =
            isConstructor().and(InterposedLog::takesALog);
    private static final Map<BatchLog, BatchLog> MADE = Collections.synchronizedMap(new IdentityHashMap<>());
    private static volatile @Nullable UnaryOperator<BatchLog> over; // null: programs run on their checkpoints
    private static boolean installed;

    private InterposedLog() {}

    private static boolean takesALog(MethodDescription constructor) {
        for (ParameterDescription parameter : constructor.getParameters()) {
            if (parameter.getType().asErasure().represents(BatchLog.class)) {
                return true;
            }
        }
        return false;
    }

    /** From now on each program of this process that has a checkpoint runs on what {@code interposed} makes of it. */
    public static synchronized void install(UnaryOperator<BatchLog> interposed) {
        if (!installed) {
            ByteCode.change(
                    nameStartsWith("dev.millrace.internal.").and(declaresMethod(TAKES_A_LOG)),
                    Advice.to(Constructor.class).on(TAKES_A_LOG));
            installed = true;
        }
        MADE.clear();
        over = interposed;
    }

    public static synchronized void uninstall() {
        over = null;
        MADE.clear();
    }

    /** Called at the beginning of each constructor that takes a log. */
    public static Object[] of(Object[] arguments) {
        UnaryOperator<BatchLog> interposing = over;
        if (interposing == null) {
            return arguments; // and nothing is kept of a program
        }
        Object[] interposed = arguments.clone();
        for (int i = 0; i < interposed.length; i++) {
            if (interposed[i] instanceof Checkpoint checkpoint) {
                BatchLog made = MADE.get(checkpoint);
                if (made == null) {
                    made = interposing.apply(checkpoint);
                    MADE.put(checkpoint, made);
                }
                interposed[i] = made;
            }
        }
        return interposed;
    }

    private static final class Constructor {
        @Advice.OnMethodEnter
        static void enter(@Advice.AllArguments(readOnly = false, typing = Assigner.Typing.DYNAMIC) Object[] arguments) {
            arguments = InterposedLog.of(arguments);
        }
    }
}
