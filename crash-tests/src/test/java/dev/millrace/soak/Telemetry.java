/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.soak;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.millrace.streaming.event.BatchInfo;
import dev.millrace.streaming.event.StreamingListener;
import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicLong;

/** Watches the process that it is in. */
final class Telemetry implements StreamingListener {
    private final AtomicLong batches = new AtomicLong();
    private final AtomicLong delay = new AtomicLong();
    private volatile long sessions;

    @Override
    public void onBatchCompleted(BatchInfo batch) {
        batches.incrementAndGet();
        delay.accumulateAndGet(batch.totalDelay().toMillis(), Math::max);
    }

    void sessions(long open) {
        sessions = open;
    }

    Sample sample() {
        System.gc(); // what is asked for is the heap after a collection
        long files = ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getOpenFileDescriptorCount()
                : 0;
        return new Sample(
                ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
                ManagementFactory.getThreadMXBean().getThreadCount(),
                files,
                batches.get(),
                delay.getAndSet(0),
                sessions);
    }
}
