/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runtime.loop;

import dev.millrace.streaming.BatchTime;

/** Says when batches are due, and at which times. The thread that steps the loop. */
interface Ticks {
    /** The time until the next batch, in nanoseconds; none or negative if it is due. */
    long nanosUntilNext();

    /** The time of the batch that is due now. */
    BatchTime tick();

    /** Returns whether a batch that would take no input is left out. */
    boolean leaveOutEmpty();

    /** Hears that the batch of the last tick was left out. */
    void leftOut();

    /** The most batches that may be planned and not done; further ticks wait, and are made up for. */
    int mostUnderWay();

    /** Returns whether batches come by themselves, so that a stop may add a last one. */
    boolean comeByThemselves();
}
