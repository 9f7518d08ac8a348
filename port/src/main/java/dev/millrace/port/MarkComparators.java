/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.port;

import java.util.Set;
import org.openrewrite.ExecutionContext;
import org.openrewrite.TreeVisitor;
import org.openrewrite.java.tree.Expression;
import org.openrewrite.java.tree.J;

/** Comparators must be serializable by their type here; there it is found out when they are sent. */
public final class MarkComparators extends PortRecipe {
    private static final Set<String> COMPARING =
            Set.of("max", "min", "top", "takeOrdered", "sortByKey", "repartitionAndSortWithinPartitions");

    /** For the loader of recipes. */
    public MarkComparators() {}

    @Override
    String sentence() {
        return "Comparators that are not serializable by their type get a comment.";
    }

    @Override
    public TreeVisitor<?, ExecutionContext> getVisitor() {
        return new NotingVisitor() {
            @Override
            public J visitMethodInvocation(J.MethodInvocation call, ExecutionContext context) {
                if (COMPARING.contains(call.getSimpleName()) && Spark.on(call, Spark.JAVA + "JavaRDDLike")) {
                    for (Expression argument : call.getArguments()) {
                        if (!(argument instanceof J.Lambda)
                                && !(argument instanceof J.MemberReference)
                                && Spark.is(argument.getType(), "java.util.Comparator")
                                && !Spark.is(argument.getType(), "java.io.Serializable")) {
                            todo("cast the comparator to (Comparator<...> & Serializable), or give its class both");
                        }
                    }
                }
                return super.visitMethodInvocation(call, context);
            }
        };
    }
}
