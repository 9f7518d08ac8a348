/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.port;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.openrewrite.ExecutionContext;
import org.openrewrite.TreeVisitor;
import org.openrewrite.java.JavaIsoVisitor;
import org.openrewrite.java.tree.Expression;
import org.openrewrite.java.tree.J;
import org.openrewrite.java.tree.JavaType;
import org.openrewrite.java.tree.TypeTree;
import org.openrewrite.java.tree.TypeUtils;

/** Groups are lists here: declarations of what groupByKey and its kin give say so. */
public final class GroupsAreLists extends PortRecipe {
    private static final Set<String> GROUPING =
            Set.of("groupByKey", "groupByKeyAndWindow", "groupBy", "cogroup", "groupWith");
    private static final String LIST = "java.util.List";

    /** For the loader of recipes. */
    public GroupsAreLists() {}

    @Override
    String sentence() {
        return "Groups are declared as lists.";
    }

    @Override
    public TreeVisitor<?, ExecutionContext> getVisitor() {
        return new JavaIsoVisitor<>() {
            private boolean groups;

            @Override
            public J.CompilationUnit visitCompilationUnit(J.CompilationUnit file, ExecutionContext context) {
                groups = groups(file);
                return groups ? super.visitCompilationUnit(file, context) : file;
            }

            @Override
            public J.ParameterizedType visitParameterizedType(J.ParameterizedType type, ExecutionContext context) {
                J.ParameterizedType inside = super.visitParameterizedType(type, context);
                List<Expression> parts = inside.getTypeParameters();
                if (parts == null || !holdsGroups(inside.getType())) {
                    return inside;
                }
                return inside.withTypeParameters(parts.stream()
                        .map(part -> part instanceof J.ParameterizedType group ? (Expression) list(group) : part)
                        .toList());
            }

            @Override
            public J.MethodDeclaration visitMethodDeclaration(J.MethodDeclaration method, ExecutionContext context) {
                J.MethodDeclaration inside = super.visitMethodDeclaration(method, context);
                if (!inside.getSimpleName().equals("call")) {
                    return inside;
                }
                return inside.withParameters(inside.getParameters().stream()
                        .map(parameter -> parameter instanceof J.VariableDeclarations declared
                                        && declared.getTypeExpression() instanceof J.ParameterizedType group
                                ? declared.withTypeExpression((TypeTree) list(group))
                                : parameter)
                        .toList());
            }

            private J.ParameterizedType list(J.ParameterizedType group) {
                if (!TypeUtils.isOfClassType(group.getType(), "java.lang.Iterable")
                        || !(group.getClazz() instanceof J.Identifier name)) {
                    return group;
                }
                maybeAddImport(LIST, false);
                JavaType.ShallowClass list = JavaType.ShallowClass.build(LIST);
                JavaType whole = group.getType() instanceof JavaType.Parameterized parameterized
                        ? parameterized.withType(list)
                        : list;
                return group.withClazz(name.withSimpleName("List").withType(list))
                        .withType(whole);
            }
        };
    }

    private static boolean holdsGroups(@Nullable JavaType type) {
        JavaType.FullyQualified named = TypeUtils.asFullyQualified(type);
        return named != null
                && (Spark.isTuple(named)
                        || Spark.is(named, Spark.PAIR_DSTREAM, Spark.PAIR_RDD)
                        || named.getFullyQualifiedName().startsWith(Spark.JAVA + "function."));
    }

    private static boolean groups(J.CompilationUnit file) {
        boolean[] found = {false};
        new JavaIsoVisitor<List<String>>() {
            @Override
            public J.MethodInvocation visitMethodInvocation(J.MethodInvocation call, List<String> nothing) {
                found[0] |= GROUPING.contains(call.getSimpleName())
                        && Spark.on(call, Spark.STREAMING + "api.java.JavaDStreamLike", Spark.JAVA + "JavaRDDLike");
                return super.visitMethodInvocation(call, nothing);
            }
        }.visit(file, List.of());
        return found[0];
    }
}
