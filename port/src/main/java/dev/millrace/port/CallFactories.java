/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.port;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.openrewrite.Cursor;
import org.openrewrite.ExecutionContext;
import org.openrewrite.TreeVisitor;
import org.openrewrite.java.JavaIsoVisitor;
import org.openrewrite.java.tree.Expression;
import org.openrewrite.java.tree.J;
import org.openrewrite.java.tree.JavaType;
import org.openrewrite.java.tree.TypeTree;

/** {@code getOrCreate}: the factory is called at every start, as what is in a checkpoint is data and no program. */
public final class CallFactories extends PortRecipe {
    private static final String SUPPLIER = "java.util.function.Supplier";

    /** For the loader of recipes. */
    public CallFactories() {}

    @Override
    String sentence() {
        return "The factory of `getOrCreate` is called at every start.";
    }

    @Override
    public TreeVisitor<?, ExecutionContext> getVisitor() {
        return new FactoryVisitor();
    }

    private static final class FactoryVisitor extends NotingVisitor {
        private boolean setsDirectory;

        @Override
        public J visitCompilationUnit(J.CompilationUnit file, ExecutionContext context) {
            setsDirectory = setsDirectory(file);
            return super.visitCompilationUnit(file, context);
        }

        @Override
        public J visitMethodInvocation(J.MethodInvocation call, ExecutionContext context) {
            J.MethodInvocation inside = (J.MethodInvocation) super.visitMethodInvocation(call, context);
            if (call.getSimpleName().equals("getOrCreate")
                    && Spark.on(call, Spark.STREAMING_CONTEXT)
                    && inside.getArguments().size() > 1) {
                return called(inside);
            }
            if (call.getSimpleName().equals("call") && Spark.on(call, Spark.FUNCTION0)) {
                return Trees.renamed(inside, "get");
            }
            if (inside.getSimpleName().startsWith("delete") && inFactory()) {
                todo("this runs at every start now; if it is for the first start only, take it out of the factory");
            }
            return inside;
        }

        private J called(J.MethodInvocation getOrCreate) {
            Expression factory = getOrCreate.getArguments().get(1);
            if (factory instanceof J.Lambda lambda && !(lambda.getBody() instanceof Expression)) {
                return getOrCreate; // it is marked as absent
            }
            if (setsDirectory) {
                note("the factory runs at every start; checkpoint(directory) in it brings state and positions back");
            } else {
                todo("call checkpoint(directory) on the context where it is made; it brings state and positions back");
            }
            JavaType.@Nullable Method type = getOrCreate.getMethodType();
            if (factory instanceof J.Lambda lambda && lambda.getBody() instanceof Expression body) {
                return body.withPrefix(getOrCreate.getPrefix());
            }
            if (factory instanceof J.MemberReference reference) {
                return Trees.call(
                                reference.getContaining(),
                                reference.getReference().getSimpleName(),
                                reference.getMethodType())
                        .withPrefix(getOrCreate.getPrefix());
            }
            return Trees.call(
                            factory,
                            "get",
                            type == null
                                    ? null
                                    : type.withName("get").withDeclaringType(JavaType.ShallowClass.build(SUPPLIER)))
                    .withPrefix(getOrCreate.getPrefix());
        }

        /** A class that is a factory has {@code get} for {@code call}, which throws nothing that is checked. */
        @Override
        public J visitMethodDeclaration(J.MethodDeclaration method, ExecutionContext context) {
            J.MethodDeclaration inside = (J.MethodDeclaration) super.visitMethodDeclaration(method, context);
            JavaType.@Nullable Method type = inside.getMethodType();
            if (inside.getSimpleName().equals("call")
                    && type != null
                    && type.getParameterTypes().isEmpty()
                    && Spark.is(type.getDeclaringType(), Spark.FUNCTION0)) {
                return inside.withName(inside.getName().withSimpleName("get"))
                        .withMethodType(type.withName("get"))
                        .withThrows(null);
            }
            return inside;
        }

        /** True in a method that makes a context. */
        private boolean inFactory() {
            Cursor method = getCursor()
                    .dropParentUntil(around -> around instanceof J.MethodDeclaration
                            || around instanceof J.CompilationUnit
                            || around == Cursor.ROOT_VALUE);
            if (method.getValue() instanceof J.MethodDeclaration declaration) {
                TypeTree made = declaration.getReturnTypeExpression();
                return made != null && Spark.is(made.getType(), Spark.STREAMING_CONTEXT);
            }
            return false;
        }

        private static boolean setsDirectory(J.CompilationUnit file) {
            boolean[] found = {false};
            new JavaIsoVisitor<List<String>>() {
                @Override
                public J.MethodInvocation visitMethodInvocation(J.MethodInvocation call, List<String> nothing) {
                    found[0] |= call.getSimpleName().equals("checkpoint")
                            && Spark.on(call, Spark.STREAMING_CONTEXT, Spark.SCALA_STREAMING_CONTEXT);
                    return super.visitMethodInvocation(call, nothing);
                }
            }.visit(file, List.of());
            return found[0];
        }
    }
}
