/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.memory;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.List;

/**
 * The heap of this JVM, by its memory pools. Those of old objects have a usage threshold, in each collector of the JDK;
 * their numbers change when their own collection has ended. A collector that tells nothing seems to leave an empty heap.
 */
final class CollectedHeap implements HeapGate.Heap {
    private final List<MemoryPoolMXBean> pools;
    private final List<MemoryPoolMXBean> old;

    CollectedHeap() {
        pools = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP && pool.getCollectionUsage() != null)
                .toList();
        old = pools.stream().filter(MemoryPoolMXBean::isUsageThresholdSupported).toList();
    }

    @Override
    public long max() {
        return Runtime.getRuntime().maxMemory();
    }

    @Override
    public long inUse() {
        return sum(pools);
    }

    @Override
    public long collection() {
        return sum(old);
    }

    private static long sum(List<MemoryPoolMXBean> pools) {
        long bytes = 0;
        for (MemoryPoolMXBean pool : pools) {
            MemoryUsage left = pool.getCollectionUsage();
            bytes += left == null ? 0 : left.getUsed();
        }
        return bytes;
    }
}
