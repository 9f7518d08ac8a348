/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.receive;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Tells one receiver what has become durable, in order, on a thread of its own that lives while there is something to tell: code
 * of the program that does not return from there holds up no other receiver.
 */
final class DurableNews {
    private static final long IDLE_SECONDS = 10;

    private final String receiver;
    private final ThreadPoolExecutor teller;

    DurableNews(String receiver, ReceiverThreads threads) {
        this.receiver = receiver;
        teller = new ThreadPoolExecutor(
                1,
                1,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                work -> threads.make("-durable", work),
                new ThreadPoolExecutor.DiscardPolicy()); // the program has ended, and waited for its receivers before
        teller.allowCoreThreadTimeOut(true);
    }

    void tell(Runnable news) {
        teller.execute(news);
    }

    /** What waits is told, and nothing more. */
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
