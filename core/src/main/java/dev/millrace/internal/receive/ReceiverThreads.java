/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.receive;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The threads of one receiver, which bear its name. A process does not wait for them. */
final class ReceiverThreads {
    private final String receiver;
    private final Set<Thread> alive = ConcurrentHashMap.newKeySet();

    ReceiverThreads(String receiver) {
        this.receiver = receiver;
    }

    /** @param role what its name ends with */
    Thread make(String role, Runnable work) {
        Thread thread = new Thread(
                () -> {
                    alive.add(Thread.currentThread());
                    try {
                        work.run();
                    } finally {
                        alive.remove(Thread.currentThread());
                    }
                },
                "millrace-receiver-" + receiver + role);
        thread.setDaemon(true);
        return thread;
    }

    /** Those that have begun and not ended. */
    Set<Thread> alive() {
        return Set.copyOf(alive);
    }
}
