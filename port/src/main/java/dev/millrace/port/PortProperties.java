/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.port;

import java.util.List;
import org.openrewrite.ExecutionContext;
import org.openrewrite.Tree;
import org.openrewrite.TreeVisitor;
import org.openrewrite.internal.ListUtils;
import org.openrewrite.marker.Markers;
import org.openrewrite.properties.PropertiesVisitor;
import org.openrewrite.properties.tree.Properties;

/** The keys in property files. */
public final class PortProperties extends PortRecipe {
    /** For the loader of recipes. */
    public PortProperties() {}

    @Override
    String sentence() {
        return "Property files have our keys.";
    }

    @Override
    public TreeVisitor<?, ExecutionContext> getVisitor() {
        return new PropertiesVisitor<>() {
            @Override
            public Properties visitFile(Properties.File file, ExecutionContext context) {
                return file.withContent(ListUtils.flatMap(file.getContent(), (index, content) -> {
                    if (!(content instanceof Properties.Entry entry) || !Keys.isTheirs(entry.getKey())) {
                        return content;
                    }
                    String ours = Keys.ours(entry.getKey());
                    if (ours != null) {
                        return entry.withKey(ours);
                    }
                    String noEffect = Keys.noEffect(entry.getKey());
                    String text =
                            noEffect == null ? " TODO port: " + Keys.refusal(entry.getKey()) : " port: " + noEffect;
                    boolean known = index > 0
                            && file.getContent().get(index - 1) instanceof Properties.Comment before
                            && before.getMessage().equals(text);
                    return known ? content : List.of(comment(entry, text), entry.withPrefix("\n"));
                }));
            }
        };
    }

    private static Properties.Comment comment(Properties.Entry entry, String text) {
        return new Properties.Comment(
                Tree.randomId(), entry.getPrefix(), Markers.EMPTY, Properties.Comment.Delimiter.HASH_TAG, text);
    }
}
