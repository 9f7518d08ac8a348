/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.window;

import dev.millrace.streaming.BatchTime;
import java.io.Serializable;

/**
 * Which panes a window has. Panes have numbers: their batch time in intervals, so a batch that never was leaves a gap.
 *
 * @param interval milliseconds from one pane to the next
 * @param length how many panes a window spans
 * @param slide how many panes it moves at a time
 */
public record WindowShape(long interval, int length, int slide) implements Serializable {
    /** The number of the pane of a batch. */
    long number(BatchTime time) {
        return Math.floorDiv(time.milliseconds(), interval);
    }
}
