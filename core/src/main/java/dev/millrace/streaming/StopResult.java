/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

/** What a stop with a deadline did with the batches under way. */
public enum StopResult {
    /** Every batch that was planned is complete. */
    FINISHED,
    /** The deadline passed: the running batch left no trace, and is run again at the next start. */
    ROLLED_BACK
}
