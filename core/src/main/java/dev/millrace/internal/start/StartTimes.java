/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.start;

import dev.millrace.internal.checkpoint.CheckpointContents;
import dev.millrace.internal.graph.PanedNode;
import dev.millrace.internal.graph.StreamGraph;
import dev.millrace.internal.graph.StreamNode;
import dev.millrace.streaming.BatchTime;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The times of a start.
 *
 * @param origin from which this run counts its intervals
 * @param beforeFirst the time just before the first batch of this run; batches that run again have times in the past
 * @param last the last batch time that was used before, or null at the very first start. The next batch time is a whole interval
 *     later; on the grid also after another interval
 */
public record StartTimes(
        BatchTime origin, BatchTime beforeFirst, @Nullable BatchTime last) {
    /** @param now the time just before the first batch, if there was none yet */
    static StartTimes of(CheckpointContents contents, Duration interval, BatchTime now) {
        boolean sameGrid = !contents.isNew() && contents.interval() == interval.toMillis();
        BatchTime origin = sameGrid ? contents.zero() : now;
        return new StartTimes(origin, beforeFirst(contents, now), last(contents, interval, origin));
    }

    private static BatchTime beforeFirst(CheckpointContents contents, BatchTime now) {
        BatchTime decided = contents.lastDecided();
        if (!contents.plans().isEmpty()) {
            return decided == null ? contents.zero() : decided;
        }
        return decided == null || now.isAfter(decided) ? now : decided;
    }

    private static @Nullable BatchTime last(CheckpointContents contents, Duration interval, BatchTime origin) {
        BatchTime last = contents.lastTime();
        return last == null
                ? null
                : last.minus(Duration.ofMillis(
                        Math.floorMod(last.milliseconds() - origin.milliseconds(), interval.toMillis())));
    }

    /**
     * The slides of windows that fell into the downtime, for people; empty if there are none. No batch has such a time, so what only
     * their windows would have shown is in no window. Windows that slide with each batch are left out: the next ones show it.
     *
     * @param now the time just before the first batch of this run
     */
    String lostSlides(StreamGraph graph, BatchTime now) {
        Map<String, Long> lost = new TreeMap<>();
        for (StreamNode<?> node : graph.live()) {
            boolean isWindow = node instanceof PanedNode;
            long slides = isWindow && node.slide().compareTo(graph.interval()) > 0 ? slidesSinceLast(node, now) : 0;
            if (slides > 0) {
                lost.put(node.name(), slides);
            }
        }
        return lost.isEmpty() ? "" : "; slides that fell into the downtime and have no window: " + lost;
    }

    private long slidesSinceLast(StreamNode<?> window, BatchTime now) {
        return last == null ? 0 : slides(window, now) - slides(window, last);
    }

    private long slides(StreamNode<?> window, BatchTime until) {
        return Math.floorDiv(
                until.milliseconds() - origin.milliseconds(), window.slide().toMillis());
    }
}
