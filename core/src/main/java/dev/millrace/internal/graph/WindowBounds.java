/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.graph;

import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.window.WindowShape;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The length and the slide of a window.
 *
 * @param step how often its stream has a batch, of which the others must be multiples
 */
public record WindowBounds(Duration length, Duration slide, Duration step) {
    /** Returns the bounds as numbers of panes; only for bounds without problems. */
    WindowShape shape() {
        return new WindowShape(
                step.toMillis(),
                Math.toIntExact(length.toMillis() / step.toMillis()),
                Math.toIntExact(slide.toMillis() / step.toMillis()));
    }

    List<String> problems(Operator operator) {
        List<String> problems = new ArrayList<>();
        problems.addAll(misaligned(operator, "length", length));
        problems.addAll(misaligned(operator, "slide", slide));
        return problems;
    }

    private List<String> misaligned(Operator operator, String what, Duration duration) {
        long unit = step.toMillis();
        long given = duration.toMillis();
        if (given > 0 && given % unit == 0) {
            return List.of();
        }
        long below = given / unit * unit;
        return List.of(operator + ": the window's " + what + " is " + given + " ms, and its stream has a batch each "
                + unit + " ms; use a multiple, such as " + (below > 0 ? below + " or " : "") + (below + unit) + " ms");
    }
}
