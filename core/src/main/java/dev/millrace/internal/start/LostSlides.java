/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.start;

import dev.millrace.internal.graph.KeyedWindowNode;
import dev.millrace.internal.graph.StreamGraph;
import dev.millrace.internal.graph.StreamNode;
import dev.millrace.internal.graph.WindowNode;
import dev.millrace.streaming.BatchTime;
import java.util.Map;
import java.util.TreeMap;

/**
 * The slides of windows that fell into the downtime. No batch has such a time, so what only their windows would have shown is in
 * no window. Windows that slide with each batch are left out: the next ones show it.
 */
final class LostSlides {
    private LostSlides() {}

    /**
     * For people; empty if there are none.
     *
     * @param now the time just before the first batch of this run
     */
    static String of(StreamGraph graph, StartTimes times, BatchTime now) {
        Map<String, Long> lost = new TreeMap<>();
        for (StreamNode<?> node : graph.live()) {
            boolean isWindow = node instanceof WindowNode || node instanceof KeyedWindowNode;
            long slides = isWindow && node.slide().compareTo(graph.interval()) > 0 ? lost(node, times, now) : 0;
            if (slides > 0) {
                lost.put(node.name(), slides);
            }
        }
        return lost.isEmpty() ? "" : "; slides that fell into the downtime and have no window: " + lost;
    }

    private static long lost(StreamNode<?> window, StartTimes times, BatchTime now) {
        BatchTime last = times.last();
        return last == null ? 0 : slides(window, times, now) - slides(window, times, last);
    }

    private static long slides(StreamNode<?> window, StartTimes times, BatchTime until) {
        return Math.floorDiv(
                until.milliseconds() - times.origin().milliseconds(),
                window.slide().toMillis());
    }
}
