/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.soak.peers;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** When something comes is part of the input: this says when. */
public final class Pace implements AutoCloseable {
    private final ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(2, work -> {
        Thread thread = new Thread(work, "pace");
        thread.setDaemon(true);
        return thread;
    });

    /** Returns when so much time has gone by. */
    public void await(Duration time) throws InterruptedException {
        CountDownLatch come = new CountDownLatch(1);
        scheduler.schedule(come::countDown, time.toNanos(), TimeUnit.NANOSECONDS);
        come.await();
    }

    /** Does something again and again, until it throws or this is closed. */
    public void every(Duration period, Runnable work) {
        scheduler.scheduleWithFixedDelay(work, period.toNanos(), period.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void close() {
        scheduler.shutdownNow();
    }
}
