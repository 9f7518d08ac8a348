/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.port;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.openrewrite.ExecutionContext;
import org.openrewrite.TreeVisitor;
import org.openrewrite.java.tree.J;
import org.openrewrite.java.tree.JavaType;
import org.openrewrite.java.tree.TypeUtils;

/** Callbacks of listeners, which are given the info itself here. */
public final class PortListeners extends PortRecipe {
    private static final String EVENT = Spark.SCHEDULER + "StreamingListener";
    private static final Set<String> INFOS = Set.of("batchInfo", "outputOperationInfo", "receiverInfo");
    private static final Set<String> DELAYS = Set.of("schedulingDelay", "processingDelay", "totalDelay");

    /** For the loader of recipes. */
    public PortListeners() {}

    @Override
    String sentence() {
        return "Callbacks of listeners are given the info itself.";
    }

    @Override
    public TreeVisitor<?, ExecutionContext> getVisitor() {
        return new NotingVisitor() {
            @Override
            public J visitMethodInvocation(J.MethodInvocation call, ExecutionContext context) {
                J.MethodInvocation inside = (J.MethodInvocation) super.visitMethodInvocation(call, context);
                if (isDelay(call) && !isRead(getCursor().getParentTreeCursor().getValue())) {
                    todo(call.getSimpleName()
                            + "() is a java.time.Duration here, which is zero as long as it is not known");
                }
                if (isRead(call)) {
                    return Trees.renamed(inside, "toMillis");
                }
                if (call.getSelect() != null
                        && inside.getSelect() != null
                        && isEvent(call.getSelect().getType())
                        && INFOS.contains(call.getSimpleName())) {
                    return inside.getSelect().withPrefix(inside.getPrefix());
                }
                return inside;
            }
        };
    }

    private static boolean isEvent(@Nullable JavaType type) {
        JavaType.FullyQualified of = TypeUtils.asFullyQualified(type);
        return of != null && of.getFullyQualifiedName().startsWith(EVENT);
    }

    private static boolean isDelay(J.MethodInvocation call) {
        return DELAYS.contains(call.getSimpleName()) && Spark.on(call, Spark.SCHEDULER + "BatchInfo");
    }

    /** The milliseconds of a delay, which is an Option of Scala there. */
    private static boolean isRead(Object tree) {
        return tree instanceof J.MethodInvocation call
                && call.getSimpleName().equals("get")
                && call.getSelect() instanceof J.MethodInvocation delay
                && isDelay(delay);
    }
}
