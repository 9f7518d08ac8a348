/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.lineage;

import dev.millrace.rdd.StorageLevel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Draws a lineage as a tree, a line a dataset: its partitions, its operator and the program's line. The datasets below {@code +-} are
 * read through a shuffle, so they are computed in a stage of their own. A dataset that is read in several places is drawn once.
 */
public final class LineagePicture {
    private final StringBuilder text = new StringBuilder();
    private final Set<RddNode<?>> drawn = new HashSet<>();
    private final Deque<Line> open = new ArrayDeque<>(); // no recursion, since lineages may be deep

    private record Line(RddNode<?> node, String before, String below) {}

    private LineagePicture() {}

    public static String of(RddNode<?> node) {
        LineagePicture picture = new LineagePicture();
        picture.open.push(new Line(node, "", ""));
        while (!picture.open.isEmpty()) {
            picture.draw(picture.open.pop());
        }
        return picture.text.toString();
    }

    private void draw(Line line) {
        RddNode<?> node = line.node();
        List<RddNode<?>> parents = node.parents();
        StorageLevel kept = StorageLevel.NONE();
        if (node instanceof PersistedNode<?> persisted) {
            kept = persisted.isWanted() ? persisted.level() : kept;
            parents = persisted.parent().parents();
        }
        text.append(line.before())
                .append('(')
                .append(node.partitions())
                .append(") ")
                .append(node.operator())
                .append(kept.equals(StorageLevel.NONE()) ? "" : " [" + kept.description() + "]");
        if (!drawn.add(node)) {
            text.append(parents.isEmpty() ? "\n" : " (drawn above)\n");
            return;
        }
        text.append('\n');
        boolean moved = node instanceof ShuffleNode;
        List<Line> below = new ArrayList<>();
        for (int i = 0; i < parents.size(); i++) {
            boolean last = i == parents.size() - 1;
            String lead = moved ? "+-" : parents.size() == 1 ? "" : "|-";
            String rest = moved ? "  " : parents.size() == 1 ? "" : last ? "  " : "| ";
            below.add(new Line(parents.get(i), line.below() + lead, line.below() + rest));
        }
        for (int i = below.size() - 1; i >= 0; i--) {
            open.push(below.get(i));
        }
    }
}
