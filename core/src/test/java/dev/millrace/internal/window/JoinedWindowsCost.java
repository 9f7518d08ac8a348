/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.window;

import dev.millrace.Tuple2;
import dev.millrace.internal.joins.JoinKind;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.streaming.BatchTime;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Measures the cost of one slide of two joined windows by the number of their panes, two thousand rows a pane on each side, a hundred pairs
 * a pane, on one thread. Run the main method with {@code -Xmx2g} for the table of docs/guide/joins.md.
 */
public final class JoinedWindowsCost {
    private static final Operator OPERATOR = new Operator("join", "JoinedWindowsCost");
    private static final int ROWS = 2_000;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private JoinedWindowsCost() {}

    /** Keys out of so many that the windows have about a hundred pairs for each pane. */
    private static WindowContents.Pane<Long, Object> pane(Random random, long batch, int panes) {
        List<Tuple2<Long, Object>> rows = new ArrayList<>();
        for (int i = 0; i < ROWS; i++) {
            rows.add(new Tuple2<>(random.nextLong((long) ROWS * ROWS / 100 * panes), "row " + i));
        }
        return new WindowContents.Pane<>(new BatchTime(1_000 * batch), rows::iterator);
    }

    private static String measure(int panes, boolean anew) {
        Random random = new Random(panes);
        List<WindowContents.Pane<Long, Object>> left = new ArrayList<>();
        List<WindowContents.Pane<Long, Object>> right = new ArrayList<>();
        JoinedWindows<Long> windows = new JoinedWindows<>(OPERATOR, JoinKind.INNER, 1_000L * panes, 1_000L * panes);
        int slides = anew ? 7 : 41;
        double[] millis = new double[slides];
        long[] pairs = {0};
        for (int batch = 1; batch <= panes + slides; batch++) {
            left.add(pane(random, batch, panes));
            right.add(pane(random, batch, panes));
            if (left.size() > panes) {
                left.remove(0);
                right.remove(0);
            }
            if (anew && batch <= panes) {
                continue;
            }
            if (anew) {
                windows = new JoinedWindows<>(OPERATOR, JoinKind.INNER, 1_000L * panes, 1_000L * panes);
            }
            pairs[0] = 0;
            long before = THREADS.getCurrentThreadCpuTime();
            windows.slide(
                    new BatchTime(1_000L * batch),
                    new JoinedWindows.Sides<>(left, right),
                    bytes -> true,
                    pair -> pairs[0]++);
            if (batch > panes) {
                millis[batch - panes - 1] = (THREADS.getCurrentThreadCpuTime() - before) / 1e6;
            }
        }
        Arrays.sort(millis);
        return String.format("%.0f (%.0f)", millis[slides / 2], millis[slides - 1]) + ", pairs " + pairs[0];
    }

    public static void main(String[] args) {
        measure(10, false);
        measure(10, true);
        for (int panes : new int[] {10, 30, 100, 300}) {
            System.out.println(panes + " panes: kept " + measure(panes, false) + "; anew " + measure(panes, true));
        }
    }
}
