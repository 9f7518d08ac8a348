/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.port;

import java.util.List;
import org.openrewrite.ExecutionContext;
import org.openrewrite.TreeVisitor;
import org.openrewrite.java.tree.J;
import org.openrewrite.java.tree.JavaType;
import org.openrewrite.java.tree.TypeUtils;

/** Types of the original that are still named get a comment. */
public final class MarkLeftovers extends PortRecipe {
    /** For the loader of recipes. */
    public MarkLeftovers() {}

    @Override
    String sentence() {
        return "Types of Spark and Scala that have no counterpart get a comment.";
    }

    @Override
    public TreeVisitor<?, ExecutionContext> getVisitor() {
        List<Pages.Absent> absent = Pages.absent();
        return new NotingVisitor() {
            @Override
            public J visitImport(J.Import imported, ExecutionContext context) {
                mark(imported.getTypeName());
                return imported;
            }

            @Override
            public J visitFieldAccess(J.FieldAccess access, ExecutionContext context) {
                JavaType.FullyQualified type = TypeUtils.asFullyQualified(access.getType());
                if (type != null && access.isFullyQualifiedClassReference(type.getFullyQualifiedName())) {
                    mark(type.getFullyQualifiedName());
                }
                return super.visitFieldAccess(access, context);
            }

            private void mark(String name) {
                if (Spark.has(name)) {
                    String simple = name.substring(name.lastIndexOf('.') + 1);
                    String instead = absent.stream()
                            .filter(type ->
                                    type.type().equals("types") && type.name().equals(simple))
                            .map(Pages.Absent::instead)
                            .findFirst()
                            .orElse("Millrace has no counterpart; replace it, or leave what uses it on Spark");
                    todo(simple + ": " + instead);
                }
            }
        };
    }
}
