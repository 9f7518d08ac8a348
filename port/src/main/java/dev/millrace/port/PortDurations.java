/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.port;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.openrewrite.ExecutionContext;
import org.openrewrite.Tree;
import org.openrewrite.TreeVisitor;
import org.openrewrite.java.JavaVisitor;
import org.openrewrite.java.tree.Expression;
import org.openrewrite.java.tree.J;
import org.openrewrite.java.tree.JLeftPadded;
import org.openrewrite.java.tree.JRightPadded;
import org.openrewrite.java.tree.JavaType;
import org.openrewrite.java.tree.Space;
import org.openrewrite.java.tree.TypeUtils;
import org.openrewrite.marker.Markers;

/** Durations, which are of java.time here: how they are made, and how they are compared. */
public final class PortDurations extends PortRecipe {
    private static final String DURATIONS =
            "dev.millrace.streaming.Durations"; // which is not in a package whose imports are joined
    private static final Map<String, String> MAKERS = Map.of(
            Spark.DURATION,
            "milliseconds",
            Spark.STREAMING + "Milliseconds",
            "milliseconds",
            Spark.STREAMING + "Seconds",
            "seconds",
            Spark.STREAMING + "Minutes",
            "minutes");
    private static final Set<String> ASKED = Set.of("min", "max", "div", "isMultipleOf");
    private static final Map<String, J.Binary.Type> COMPARISONS = Map.of(
            "less", J.Binary.Type.LessThan,
            "lessEq", J.Binary.Type.LessThanOrEqual,
            "greater", J.Binary.Type.GreaterThan,
            "greaterEq", J.Binary.Type.GreaterThanOrEqual);

    /** For the loader of recipes. */
    public PortDurations() {}

    @Override
    String sentence() {
        return "Durations are made by `Durations`, and compared by `compareTo`.";
    }

    @Override
    public TreeVisitor<?, ExecutionContext> getVisitor() {
        return new JavaVisitor<>() {
            @Override
            public J visitNewClass(J.NewClass made, ExecutionContext context) {
                J inside = super.visitNewClass(made, context);
                if (inside instanceof J.NewClass call
                        && call.getBody() == null
                        && TypeUtils.isOfClassType(made.getType(), Spark.DURATION)
                        && call.getArguments().size() == 1) {
                    JavaType.Method type = Trees.returning(made.getConstructorType(), made.getType());
                    return durations("milliseconds", type, call.getArguments().get(0))
                            .withPrefix(call.getPrefix());
                }
                return inside;
            }

            @Override
            public J visitMethodInvocation(J.MethodInvocation call, ExecutionContext context) {
                J.MethodInvocation inside = (J.MethodInvocation) super.visitMethodInvocation(call, context);
                if (call.getSimpleName().equals("apply") && call.getSelect() != null) {
                    JavaType.FullyQualified of =
                            TypeUtils.asFullyQualified(call.getSelect().getType());
                    String maker = of == null ? null : MAKERS.get(of.getFullyQualifiedName());
                    if (of != null && maker != null) {
                        maybeRemoveImport(of.getFullyQualifiedName());
                        return durations(
                                        maker,
                                        call.getMethodType(),
                                        inside.getArguments().get(0))
                                .withPrefix(inside.getPrefix());
                    }
                }
                boolean onDuration = Spark.on(call, Spark.DURATION);
                Expression duration = inside.getSelect();
                if (onDuration && duration != null && ASKED.contains(call.getSimpleName())) {
                    Expression other = inside.getArguments().get(0);
                    return durations(call.getSimpleName(), call.getMethodType(), duration, other)
                            .withPrefix(inside.getPrefix());
                }
                J.Binary.Type comparison = COMPARISONS.get(call.getSimpleName());
                if (comparison != null && onDuration) {
                    return compared(inside, comparison);
                }
                return inside;
            }

            private J.MethodInvocation durations(
                    String method, JavaType.@Nullable Method like, Expression... arguments) {
                maybeAddImport(DURATIONS, false);
                J.Identifier durations = Trees.typeName(DURATIONS);
                JavaType.Method type = like == null
                        ? null
                        : like.withName(method).withDeclaringType(JavaType.ShallowClass.build(DURATIONS));
                return Trees.call(durations, method, type, arguments);
            }

            private J compared(J.MethodInvocation call, J.Binary.Type operator) {
                JavaType.@Nullable Method type = call.getMethodType() == null
                        ? null
                        : call.getMethodType().withReturnType(JavaType.Primitive.Int);
                J.MethodInvocation compareTo =
                        Trees.renamed(call.withMethodType(type), "compareTo").withPrefix(Space.EMPTY);
                J.Literal zero = new J.Literal(
                        Tree.randomId(), Space.SINGLE_SPACE, Markers.EMPTY, 0, "0", null, JavaType.Primitive.Int);
                J.Binary binary = new J.Binary(
                        Tree.randomId(),
                        Space.EMPTY,
                        Markers.EMPTY,
                        compareTo,
                        JLeftPadded.build(operator).withBefore(Space.SINGLE_SPACE),
                        zero,
                        JavaType.Primitive.Boolean);
                Object around = getCursor().getParentTreeCursor().getValue();
                if (around instanceof J.Unary || around instanceof J.Binary) {
                    return new J.Parentheses<Expression>(
                            Tree.randomId(), call.getPrefix(), Markers.EMPTY, JRightPadded.build(binary));
                }
                return binary.withPrefix(call.getPrefix());
            }
        };
    }
}
