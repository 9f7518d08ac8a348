/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.port;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.openrewrite.Tree;
import org.openrewrite.java.tree.Expression;
import org.openrewrite.java.tree.J;
import org.openrewrite.java.tree.JContainer;
import org.openrewrite.java.tree.JRightPadded;
import org.openrewrite.java.tree.JavaType;
import org.openrewrite.java.tree.Space;
import org.openrewrite.java.tree.TypeUtils;
import org.openrewrite.marker.Markers;

/** Makes parts of trees, with their types, so that later recipes know them. */
final class Trees {
    private Trees() {}

    /** {@code select.name(arguments)}, in the place of the select. */
    static J.MethodInvocation call(
            Expression select, String name, JavaType.@Nullable Method type, Expression... arguments) {
        List<JRightPadded<Expression>> padded = new ArrayList<>();
        for (Expression argument : arguments) {
            Space before = padded.isEmpty() ? Space.EMPTY : Space.SINGLE_SPACE;
            padded.add(JRightPadded.build(argument.withPrefix(before)));
        }
        if (padded.isEmpty()) {
            padded.add(JRightPadded.build(new J.Empty(Tree.randomId(), Space.EMPTY, Markers.EMPTY)));
        }
        return new J.MethodInvocation(
                Tree.randomId(),
                select.getPrefix(),
                Markers.EMPTY,
                JRightPadded.build(select.withPrefix(Space.EMPTY)),
                null,
                new J.Identifier(Tree.randomId(), Space.EMPTY, Markers.EMPTY, List.of(), name, type, null),
                JContainer.build(Space.EMPTY, padded, Markers.EMPTY),
                type);
    }

    /** The same call under another name. */
    static J.MethodInvocation renamed(J.MethodInvocation call, String name) {
        JavaType.Method type =
                call.getMethodType() == null ? null : call.getMethodType().withName(name);
        return call.withName(call.getName().withSimpleName(name).withType(type)).withMethodType(type);
    }

    static J.Identifier typeName(String qualified) {
        return new J.Identifier(
                Tree.randomId(),
                Space.EMPTY,
                Markers.EMPTY,
                List.of(),
                qualified.substring(qualified.lastIndexOf('.') + 1),
                JavaType.ShallowClass.build(qualified),
                null);
    }

    static J.Literal text(String value) {
        return new J.Literal(
                Tree.randomId(), Space.EMPTY, Markers.EMPTY, value, '"' + value + '"', null, JavaType.Primitive.String);
    }

    static J.Literal nullLiteral() {
        return new J.Literal(Tree.randomId(), Space.EMPTY, Markers.EMPTY, null, "null", null, JavaType.Primitive.Null);
    }

    /** The method as one that returns the type, as far as both are known. */
    static JavaType.@Nullable Method returning(JavaType.@Nullable Method method, @Nullable JavaType type) {
        return method == null || type == null ? method : method.withReturnType(type);
    }

    /** A method that the type has itself, or null. */
    static JavaType.@Nullable Method method(@Nullable JavaType type, String name) {
        JavaType.FullyQualified named = TypeUtils.asFullyQualified(type);
        if (named != null) {
            for (JavaType.Method method : named.getMethods()) {
                if (method.getName().equals(name)) {
                    return method;
                }
            }
        }
        return null;
    }
}
