/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A slow disk: one call waits until the test releases it. */
public final class HeldOperation implements FileFault, AutoCloseable {
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);
    private final FileFault call;

    /** Holds a call as {@link FileFault#at} counts it. */
    public HeldOperation(FileOperation operation, String path, int nth) {
        call = FileFault.at(operation, path, nth, this::hold);
    }

    @Override
    public void before(FileOperation operation, String path) throws IOException {
        call.before(operation, path);
    }

    private void hold() throws IOException {
        reached.countDown();
        try {
            released.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted on a slow disk");
        }
    }

    /** Returns when the call has come; false if it did not come within {@code patience}. */
    public boolean awaitReached(Duration patience) throws InterruptedException {
        return reached.await(patience.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Lets the call go on. */
    public void release() {
        released.countDown();
    }

    @Override
    public void close() {
        release();
    }
}
