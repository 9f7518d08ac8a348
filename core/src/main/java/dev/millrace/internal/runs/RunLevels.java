/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runs;

import org.jspecify.annotations.Nullable;

/**
 * Decides which runs of a step are to be merged next, by their sizes alone. Runs are in levels by the power of eight of their size. With
 * eight of a level, and those that are newer, there are enough to make one of the next level. All become one when those that are
 * newer than the oldest have half of its size. So a change is written once for each level, and some twice with the
 * oldest run, and runs take no more than some one and a half times what they add up to.
 */
public final class RunLevels {
    private static final int FAN_IN = 8;
    private static final int LEVEL_BITS = 3;
    private static final int OLDEST_PARTS = 2;

    private RunLevels() {}

    /**
     * Some neighbours of a list.
     *
     * @param to one behind the last
     */
    public record Range(int from, int to) {}

    /**
     * The runs to be merged into one; null if they are well as they are.
     *
     * @param newestFirst how many bytes each run has
     */
    public static @Nullable Range next(long[] newestFirst) {
        int oldest = newestFirst.length - 1;
        if (oldest < 1) {
            return null;
        }
        long newer = 0;
        int level = -1; // the greatest so far: a small run behind a large one cannot be merged without it
        int ofLevel = 0;
        int enough = 0;
        for (int i = 0; i < oldest; i++) {
            newer += newestFirst[i];
            ofLevel = level(newestFirst[i]) > level ? 1 : ofLevel + 1;
            level = Math.max(level, level(newestFirst[i]));
            enough = ofLevel >= FAN_IN ? i + 1 : enough;
        }
        if (newer >= newestFirst[oldest] / OLDEST_PARTS) {
            return new Range(0, newestFirst.length);
        }
        return enough > 0 ? new Range(0, enough) : null;
    }

    private static int level(long bytes) {
        return (Long.SIZE - Long.numberOfLeadingZeros(bytes)) / LEVEL_BITS;
    }
}
