/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.receive;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Tells one receiver what has become durable, in order, on a thread of its own: code
 * of the program that does not return from there holds up no other receiver.
 */
final class DurableNews {
    private final String receiver;
    private final ExecutorService teller;

    /** @param teller of one thread; takes nothing more when it is shut down, and ends then with what waits */
    DurableNews(String receiver, ExecutorService teller) {
        this.receiver = receiver;
        this.teller = teller;
    }

    void tell(Runnable news) {
        teller.execute(news);
    }

    /** The news that wait are told, and nothing more. */
    void end() {
        teller.shutdown();
    }

    /** Returns when all is told, or after some time. */
    void awaitTold(long nanos, ReceiverLog problems) throws InterruptedException {
        if (!teller.awaitTermination(nanos, TimeUnit.NANOSECONDS)) {
            problems.problem(receiver, "does not return from onDurable(); it is left behind there", null);
        }
    }

    void interrupt() {
        teller.shutdownNow();
    }
}
