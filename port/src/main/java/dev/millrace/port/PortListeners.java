/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.port;

import java.util.Set;
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
                if (inside.getSelect() == null) {
                    return inside;
                }
                JavaType.FullyQualified of =
                        TypeUtils.asFullyQualified(inside.getSelect().getType());
                if (of != null
                        && of.getFullyQualifiedName().startsWith(EVENT)
                        && INFOS.contains(inside.getSimpleName())) {
                    return inside.getSelect().withPrefix(inside.getPrefix());
                }
                if (DELAYS.contains(inside.getSimpleName()) && Spark.on(inside, Spark.SCHEDULER + "BatchInfo")) {
                    todo(inside.getSimpleName() + "() is a java.time.Duration here: write .toMillis() for .get()");
                }
                return inside;
            }
        };
    }
}
