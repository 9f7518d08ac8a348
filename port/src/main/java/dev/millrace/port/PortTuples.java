/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.port;

import org.openrewrite.ExecutionContext;
import org.openrewrite.TreeVisitor;
import org.openrewrite.java.JavaVisitor;
import org.openrewrite.java.tree.J;
import org.openrewrite.java.tree.JavaType;

/** Parts of tuples that are read as fields. */
public final class PortTuples extends PortRecipe {
    /** For the loader of recipes. */
    public PortTuples() {}

    @Override
    String sentence() {
        return "Parts of tuples are read by methods.";
    }

    @Override
    public TreeVisitor<?, ExecutionContext> getVisitor() {
        return new JavaVisitor<>() {
            @Override
            public J visitFieldAccess(J.FieldAccess access, ExecutionContext context) {
                J inside = super.visitFieldAccess(access, context);
                if (inside instanceof J.FieldAccess field
                        && field.getSimpleName().matches("_\\d+")
                        && Spark.isTuple(access.getTarget().getType())) {
                    JavaType.Method part = Trees.method(access.getTarget().getType(), field.getSimpleName());
                    JavaType.Method read = Trees.returning(part, access.getType());
                    return Trees.call(field.getTarget(), field.getSimpleName(), read)
                            .withPrefix(field.getPrefix());
                }
                return inside;
            }
        };
    }
}
