/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.start;

import dev.millrace.internal.checkpoint.CheckpointContents;
import dev.millrace.internal.graph.StreamGraph;
import dev.millrace.internal.graph.StreamNode;
import dev.millrace.internal.graph.WindowOfPanes;
import dev.millrace.streaming.BatchTime;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The times of a start.
 *
 * @param zero the time from which this run of the program counts its intervals; the journal has it too
 * @param beforeFirst the time just before the first batch of this run; batches that run again have times in the past
 * @param last the last batch time that was used before, or null at the very first start. If the interval has
 *     changed it is moved back to a multiple of the new one, so that the next batch time is a whole interval later
 */
public record StartTimes(
        BatchTime zero, BatchTime beforeFirst, @Nullable BatchTime last) {
    /** @param now the time just before the first batch, if there was none yet */
    static StartTimes of(CheckpointContents contents, Duration interval, BatchTime now) {
        boolean sameGrid = !contents.isNew() && contents.interval() == interval.toMillis();
        BatchTime zero = sameGrid ? contents.zero() : now;
        return new StartTimes(zero, beforeFirst(contents, now), last(contents, interval, zero));
    }

    private static BatchTime beforeFirst(CheckpointContents contents, BatchTime now) {
        BatchTime decided = contents.lastDecided();
        if (!contents.plans().isEmpty()) {
            return decided == null ? contents.zero() : decided;
        }
        return decided == null || now.isAfter(decided) ? now : decided;
    }

    private static @Nullable BatchTime last(CheckpointContents contents, Duration interval, BatchTime zero) {
        BatchTime last = contents.lastTime();
        return last == null
                ? null
                : last.minus(Duration.ofMillis(
                        Math.floorMod(last.milliseconds() - zero.milliseconds(), interval.toMillis())));
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
            boolean isWindow = node instanceof WindowOfPanes;
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
                until.milliseconds() - zero.milliseconds(), window.slide().toMillis());
    }
}
