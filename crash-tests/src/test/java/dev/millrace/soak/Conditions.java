/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.soak;

import java.time.Duration;

/**
 * The conditions under which the program lives.
 *
 * @param megabytes of its heap
 * @param nulls how many records the largest block has, each of which fails; 0 for no such blocks
 * @param patience how long it may do nothing
 */
record Conditions(int megabytes, int nulls, Duration patience) {
    /** Hard enough, and still such that it keeps up. */
    static final Conditions STEADY = new Conditions(256, 0, Duration.ofMinutes(3));

    /** Blocks whose records, put aside, are several times the heap. */
    static final Conditions FLOODED = new Conditions(128, 8_000_000, Duration.ofMinutes(15));
}
