/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.races;

/** A way in which code of a program misbehaves. */
enum Kind {
    BLOCK,
    AWAIT_INTERRUPT,
    EXCEPTION,
    ERROR,
    EXIT,
    INTERRUPT,
    OUT_OF_MEMORY,
    STOP;

    /** Whether it would harm more than its own context. */
    boolean needsChild() {
        return this == EXIT || this == OUT_OF_MEMORY;
    }
}
