/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.receive;

import dev.millrace.error.CancelledException;

/**
 * One life of a receiver, from onStart to onStop. A record is stored in the life in which storing it began, or not at all: a thread that
 * lives on must not add to what the next life has read as the last durable position.
 */
final class Session {
    private final String name;
    private volatile boolean over;

    Session(String name) {
        this.name = name;
    }

    void end() {
        over = true;
    }

    boolean isOver() {
        return over;
    }

    /** Fails if this life has ended. */
    void check() {
        if (over) {
            throw new CancelledException("receiver " + name + " is not running; the record is not stored");
        }
    }
}
