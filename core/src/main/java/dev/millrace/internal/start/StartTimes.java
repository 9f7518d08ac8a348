/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.start;

import dev.millrace.internal.checkpoint.CheckpointContents;
import dev.millrace.streaming.BatchTime;
import java.time.Duration;
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
}
