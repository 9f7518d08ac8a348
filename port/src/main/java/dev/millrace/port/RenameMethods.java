/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.port;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.openrewrite.ExecutionContext;
import org.openrewrite.TreeVisitor;
import org.openrewrite.java.JavaVisitor;
import org.openrewrite.java.tree.Expression;
import org.openrewrite.java.tree.J;
import org.openrewrite.java.tree.JavaType;

/** Methods that have another name here, and are otherwise the same. */
public final class RenameMethods extends PortRecipe {
    private static final String TASK_CONTEXT = Spark.PACKAGE + "TaskContext";
    private static final String ACCUMULATOR = Spark.PACKAGE + "util.AccumulatorV2";
    private static final List<Name> NAMES = names();

    private record Name(String type, String there, String here) {}

    private static List<Name> names() {
        List<Name> names = new ArrayList<>(List.of(
                new Name(Spark.OPTIONAL, "fromNullable", "ofNullable"),
                new Name(Spark.OPTIONAL, "absent", "empty"),
                new Name(Spark.OPTIONAL, "or", "orElse"),
                new Name(Spark.DURATION, "milliseconds", "toMillis"),
                new Name(Spark.DURATION, "times", "multipliedBy"),
                new Name(Spark.STREAMING_CONTEXT, "sparkContext", "millraceContext"),
                new Name(Spark.SCALA_STREAMING_CONTEXT, "sparkContext", "millraceContext"),
                new Name(Spark.CONF, "registerKryoClasses", "registerTypes"),
                new Name(Spark.PAIR_DSTREAM, "fromJavaDStream", "of"),
                new Name(Spark.PAIR_RDD, "fromJavaRDD", "of"),
                new Name(Spark.PAIR_DSTREAM, "toJavaDStream", "toDStream"),
                new Name("scala.Option", "isDefined", "isPresent"),
                new Name("scala.Option", "nonEmpty", "isPresent")));
        IntStream.rangeClosed(2, 4).forEach(size -> names.add(new Name(Spark.TUPLE + size, "apply", "of")));
        return names;
    }

    /** For the loader of recipes. */
    public RenameMethods() {}

    @Override
    String sentence() {
        return "Methods that have another name are called by it.";
    }

    @Override
    public TreeVisitor<?, ExecutionContext> getVisitor() {
        return new JavaVisitor<>() {
            @Override
            public J visitMethodInvocation(J.MethodInvocation call, ExecutionContext context) {
                J.MethodInvocation inside = (J.MethodInvocation) super.visitMethodInvocation(call, context);
                if (call.getSimpleName().equals("orNull") && Spark.on(call, Spark.OPTIONAL)) {
                    return Trees.renamed(inside, "orElse").withArguments(List.of(Trees.nullLiteral()));
                }
                Expression select = inside.getSelect();
                if (call.getSimpleName().equals("getPartitionId") && select != null && Spark.on(call, TASK_CONTEXT)) {
                    JavaType.Method get = Trees.method(select.getType(), "get");
                    JavaType.Method partitionId = Trees.method(select.getType(), "partitionId");
                    return Trees.call(Trees.call(select, "get", get), "partitionId", partitionId)
                            .withPrefix(inside.getPrefix());
                }
                boolean onItself = select == null
                        || select instanceof J.Identifier self
                                && self.getSimpleName().equals("this");
                if (call.getSimpleName().equals("add") && onItself && Spark.on(call, ACCUMULATOR)) {
                    return Trees.renamed(inside, "accumulate");
                }
                for (Name name : NAMES) {
                    if (call.getSimpleName().equals(name.there()) && Spark.on(call, name.type())) {
                        return Trees.renamed(inside, name.here());
                    }
                }
                return inside;
            }

            @Override
            public J visitMemberReference(J.MemberReference reference, ExecutionContext context) {
                J.MemberReference inside = (J.MemberReference) super.visitMemberReference(reference, context);
                for (Name name : NAMES) {
                    if (inside.getReference().getSimpleName().equals(name.there())
                            && Spark.is(inside.getContaining().getType(), name.type())) {
                        return inside.withReference(inside.getReference().withSimpleName(name.here()));
                    }
                }
                return inside;
            }

            /** A kind of accumulator of the program's own is told by it what to do with a value. */
            @Override
            public J visitMethodDeclaration(J.MethodDeclaration method, ExecutionContext context) {
                J.MethodDeclaration inside = (J.MethodDeclaration) super.visitMethodDeclaration(method, context);
                JavaType.Method type = inside.getMethodType();
                if (inside.getSimpleName().equals("add")
                        && type != null
                        && type.getParameterTypes().size() == 1
                        && Spark.is(type.getDeclaringType(), ACCUMULATOR)) {
                    return inside.withName(inside.getName().withSimpleName("accumulate"))
                            .withMethodType(type.withName("accumulate"));
                }
                return inside;
            }

            @Override
            public J visitIdentifier(J.Identifier identifier, ExecutionContext context) {
                if (identifier.getSimpleName().equals("INITIALIZED")
                        && Spark.is(identifier.getType(), Spark.CONTEXT_STATE)) {
                    return identifier.withSimpleName("CREATED");
                }
                return super.visitIdentifier(identifier, context);
            }
        };
    }
}
