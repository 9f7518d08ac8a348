/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.receive;

import dev.millrace.error.CancelledException;

/**
 * Lets the threads of one receiver store: while it runs, until its onStop has returned, at its rate, and as far as there is
 * room.
 */
final class Admission {
    private final String name;
    private final RateLimiter limiter;
    private final ReceiverGate gate;
    private final ReceiverGate.Share share;
    private volatile Session session;

    Admission(String name, RateLimiter limiter, ReceiverGate gate, ReceiverGate.Share share) {
        this.name = name;
        this.limiter = limiter;
        this.gate = gate;
        this.share = share;
        session = new Session(name);
        session.end();
    }

    /** The receiver runs from now on. */
    void open() {
        session = new Session(name);
    }

    /** It does not run any more; threads that wait are told so. */
    void close() {
        session.end();
        limiter.wake();
        gate.wake();
    }

    /**
     * Returns when {@code records} may be stored, in the session that it gives.
     *
     * @throws CancelledException if the receiver does not run, or the thread is interrupted while it waits
     */
    Session await(int records) {
        Session current = session;
        current.check();
        try {
            limiter.acquire(records, current::isOver);
            if (!share.await(current::isOver)) {
                current.check();
                throw new CancelledException(
                        "receiver " + name + " waited for room, and no batch makes any more; the record is not stored");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancelledException(
                    "receiver " + name + " was interrupted while it waited for room; the record is not stored");
        }
        current.check();
        return current;
    }
}
