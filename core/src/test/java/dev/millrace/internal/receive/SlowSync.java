/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.receive;

import java.io.InterruptedIOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A disk whose syncs wait until they are let go. */
final class SlowSync implements MemoryStore.Disk {
    private final CountDownLatch inSync = new CountDownLatch(1);
    private final CountDownLatch letGo = new CountDownLatch(1);
    private final AtomicInteger syncs = new AtomicInteger();

    @Override
    public void sync() throws InterruptedIOException {
        syncs.incrementAndGet();
        inSync.countDown();
        try {
            letGo.await();
        } catch (InterruptedException e) {
            throw new InterruptedIOException();
        }
    }

    void awaitSync() throws InterruptedException {
        inSync.await();
    }

    void letGo() {
        letGo.countDown();
    }

    int syncs() {
        return syncs.get();
    }
}
