/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.port;

import org.openrewrite.ExecutionContext;
import org.openrewrite.TreeVisitor;
import org.openrewrite.java.JavaVisitor;
import org.openrewrite.java.tree.Expression;
import org.openrewrite.java.tree.J;

/** Contexts for Java around contexts for Scala, of which there is one here. */
public final class UnwrapContexts extends PortRecipe {
    private static final String[] CONTEXTS = {
        Spark.CONTEXT, Spark.SCALA_CONTEXT, Spark.STREAMING_CONTEXT, Spark.SCALA_STREAMING_CONTEXT
    };

    /** For the loader of recipes. */
    public UnwrapContexts() {}

    @Override
    String sentence() {
        return "Contexts are used as they are, without a wrapper.";
    }

    @Override
    public TreeVisitor<?, ExecutionContext> getVisitor() {
        return new JavaVisitor<>() {
            @Override
            public J visitMethodInvocation(J.MethodInvocation call, ExecutionContext context) {
                J.MethodInvocation inside = (J.MethodInvocation) super.visitMethodInvocation(call, context);
                Expression select = inside.getSelect();
                if (select == null) {
                    return inside;
                }
                return switch (call.getSimpleName()) {
                    case "sc" -> Spark.on(call, Spark.CONTEXT) ? instead(inside, select) : inside;
                    case "ssc" -> Spark.on(call, Spark.STREAMING_CONTEXT) ? instead(inside, select) : inside;
                    case "fromSparkContext", "toSparkContext" ->
                        Spark.on(call, Spark.CONTEXT)
                                ? instead(inside, inside.getArguments().get(0))
                                : inside;
                    default -> inside;
                };
            }

            @Override
            public J visitNewClass(J.NewClass made, ExecutionContext context) {
                J inside = super.visitNewClass(made, context);
                if (inside instanceof J.NewClass call
                        && call.getBody() == null
                        && Spark.is(call.getType(), Spark.CONTEXT, Spark.STREAMING_CONTEXT)
                        && made.getArguments().size() == 1
                        && Spark.is(made.getArguments().get(0).getType(), CONTEXTS)) {
                    return instead(call, call.getArguments().get(0));
                }
                return inside;
            }

            private J instead(Expression whole, Expression part) {
                return part.withPrefix(whole.getPrefix());
            }
        };
    }
}
