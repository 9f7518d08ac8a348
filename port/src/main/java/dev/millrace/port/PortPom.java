/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.port;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.openrewrite.ExecutionContext;
import org.openrewrite.Tree;
import org.openrewrite.TreeVisitor;
import org.openrewrite.marker.Markers;
import org.openrewrite.xml.XmlVisitor;
import org.openrewrite.xml.tree.Content;
import org.openrewrite.xml.tree.Xml;

/**
 * Dependencies in a {@code pom.xml}: Spark's core and streaming are {@code millrace-core}, its connector to Kafka is {@code millrace-kafka}.
 * It reads the file alone and resolves nothing, so it works without a network.
 */
public final class PortPom extends PortRecipe {
    private static final Set<String> LEVELS =
            Set.of("maven.compiler.source", "maven.compiler.target", "maven.compiler.release");
    private static final int JAVA = 17;
    private static final String ASKED =
            " TODO port: Millrace has no counterpart; remove it, unless something else needs it ";

    /** For the loader of recipes. */
    public PortPom() {}

    @Override
    String sentence() {
        return "Dependencies on Spark Streaming are dependencies on Millrace.";
    }

    @Override
    public TreeVisitor<?, ExecutionContext> getVisitor() {
        return new XmlVisitor<>() {
            @Override
            public Xml visitDocument(Xml.Document document, ExecutionContext context) {
                return document.getSourcePath().endsWith("pom.xml") ? super.visitDocument(document, context) : document;
            }

            @Override
            public Xml visitTag(Xml.Tag tag, ExecutionContext context) {
                Xml.Tag inside = (Xml.Tag) super.visitTag(tag, context);
                if (inside.getName().equals("dependencies")) {
                    return dependencies(inside);
                }
                if (LEVELS.contains(inside.getName())
                        && inside.getValue().map(PortPom::tooOld).orElse(false)) {
                    return inside.withValue(Integer.toString(JAVA));
                }
                return inside;
            }
        };
    }

    private static boolean tooOld(String level) {
        String number = level.startsWith("1.") ? level.substring(2) : level;
        return number.matches("\\d+") && Integer.parseInt(number) < JAVA;
    }

    private static Xml.Tag dependencies(Xml.Tag tag) {
        boolean streaming =
                tag.getChildren().stream().anyMatch(child -> artifact(child).equals("spark-streaming"));
        List<Content> content = new ArrayList<>();
        for (Content part : tag.getContent() == null ? List.<Content>of() : tag.getContent()) {
            if (!(part instanceof Xml.Tag dependency)) {
                content.add(part);
                continue;
            }
            switch (artifact(dependency)) {
                case "" -> content.add(dependency);
                case "spark-core" -> {
                    if (!streaming) {
                        content.add(ported(dependency, "millrace-core"));
                    }
                }
                case "spark-streaming" -> content.add(ported(dependency, "millrace-core"));
                case "spark-streaming-kafka-0-10" -> content.add(ported(dependency, "millrace-kafka"));
                default -> {
                    if (!marked(content)) {
                        content.add(new Xml.Comment(Tree.randomId(), dependency.getPrefix(), Markers.EMPTY, ASKED));
                    }
                    content.add(dependency);
                }
            }
        }
        return isSame(content, tag.getContent()) ? tag : tag.withContent(content);
    }

    /** Tags are equal by their ids, whatever is in them. */
    private static boolean isSame(List<Content> content, @Nullable List<? extends Content> before) {
        List<? extends Content> known = before == null ? List.of() : before;
        return content.size() == known.size()
                && IntStream.range(0, content.size()).allMatch(i -> content.get(i) == known.get(i));
    }

    private static boolean marked(List<Content> content) {
        return !content.isEmpty()
                && content.get(content.size() - 1) instanceof Xml.Comment before
                && before.getText().equals(ASKED);
    }

    /** The artifact without the version of Scala, if it is Spark's, and else nothing; with it if it is no plain jar. */
    private static String artifact(Xml.Tag dependency) {
        if (!dependency.getChildValue("groupId").orElse("").strip().equals("org.apache.spark")) {
            return "";
        }
        String artifact = dependency.getChildValue("artifactId").orElse("").strip();
        boolean special = dependency.getChild("type").isPresent()
                || dependency.getChild("classifier").isPresent();
        return special ? artifact : artifact.replaceAll("_(2\\.\\d+|\\$\\{[^}]+})$", "");
    }

    private static Xml.Tag ported(Xml.Tag dependency, String artifact) {
        List<Content> parts = new ArrayList<>();
        String prefix = "";
        boolean versioned = false;
        for (Xml.Tag part : dependency.getChildren()) {
            prefix = part.getPrefix();
            switch (part.getName()) {
                case "groupId" -> parts.add(part.withValue("dev.millrace"));
                case "artifactId" -> parts.add(part.withValue(artifact));
                case "version" -> {
                    parts.add(part.withValue(Version.OURS));
                    versioned = true;
                }
                // spark-submit brought what was provided; nobody brings it here
                case "scope" -> {
                    if (!part.getValue().orElse("").strip().equals("provided")) {
                        parts.add(part);
                    }
                }
                case "exclusions" -> {
                    // they were of Spark's own dependencies
                }
                default -> parts.add(part);
            }
        }
        if (!versioned) {
            Xml.Tag version = Xml.Tag.build("<version>" + Version.OURS + "</version>");
            parts.add(2, version.withPrefix(prefix));
        }
        return dependency.withContent(parts);
    }
}
