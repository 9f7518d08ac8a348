/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.port;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.openrewrite.Cursor;
import org.openrewrite.ExecutionContext;
import org.openrewrite.java.JavaVisitor;
import org.openrewrite.java.tree.Comment;
import org.openrewrite.java.tree.J;
import org.openrewrite.java.tree.JavaSourceFile;
import org.openrewrite.java.tree.Space;
import org.openrewrite.java.tree.Statement;
import org.openrewrite.java.tree.TextComment;
import org.openrewrite.marker.Markers;

/** A visitor that leaves comments: on lines of their own, before the statement or import in which it is. */
abstract class NotingVisitor extends JavaVisitor<ExecutionContext> {
    private static final String KEY = "dev.millrace.port.comments";

    /** Says what is left to be done. */
    final void todo(String text) {
        comment(" TODO port: " + text);
    }

    /** Says what was changed, and need not be seen to. */
    final void note(String text) {
        comment(" port: " + text);
    }

    private void comment(String text) {
        Set<String> texts = line(getCursor()).computeMessageIfAbsent(KEY, key -> new LinkedHashSet<>());
        texts.add(text);
    }

    /** The place of the import, or of the nearest statement that stands in a block or a file. */
    private static Cursor line(Cursor from) {
        Cursor cursor = from;
        while (true) {
            Cursor parent = cursor.getParentTreeCursor();
            boolean stands = parent.getValue() instanceof J.Block
                    || parent.getValue() instanceof J.Case
                    || parent.getValue() instanceof JavaSourceFile;
            if (parent.isRoot()
                    || stands && cursor.getValue() instanceof Statement
                    || cursor.getValue() instanceof J.Import) {
                return cursor;
            }
            cursor = parent;
        }
    }

    @Override
    public @Nullable J postVisit(J tree, ExecutionContext context) {
        Set<String> texts = getCursor().getMessage(KEY);
        return texts == null ? tree : tree.withPrefix(with(tree.getPrefix(), texts));
    }

    private static Space with(Space prefix, Set<String> texts) {
        List<Comment> comments = new ArrayList<>(prefix.getComments());
        String below = "\n" + prefix.getIndent();
        for (String text : texts) {
            boolean known = comments.stream()
                    .anyMatch(comment -> comment instanceof TextComment there
                            && there.getText().equals(text));
            if (!known) {
                comments.add(new TextComment(false, text, below, Markers.EMPTY));
            }
        }
        return comments.size() == prefix.getComments().size() ? prefix : prefix.withComments(comments);
    }
}
