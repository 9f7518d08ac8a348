/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

/** The life of a context: from CREATED to ACTIVE at start, to STOPPED at stop or failure; never back. */
public enum StreamingContextState {
    /** The program is being built, or its start was refused. */
    CREATED,
    /** Batches run. */
    ACTIVE,
    /** It has ended, by a stop or a failure. */
    STOPPED
}
