/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.engine;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ComputePoolTest {
    /** Somebody waits for each work: a job that is cancelled ends when all its helpers have. */
    @Test
    @Timeout(60)
    void shouldNotDropWorkThatHasNotBegunWhenItIsClosed() throws Exception {
        ComputePool pool = new ComputePool(1);
        CountDownLatch stuck = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch waiting = new CountDownLatch(1);
        pool.execute(() -> {
            begun.countDown();
            while (stuck.getCount() > 0) {
                try {
                    stuck.await();
                } catch (InterruptedException e) {
                    // it hangs
                }
            }
        });
        begun.await();
        pool.execute(waiting::countDown);
        Thread closing = new Thread(pool::close);
        closing.start();
        waiting.await();
        stuck.countDown();
        closing.join();
    }
}
