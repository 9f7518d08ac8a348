/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.output;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Does several things at once: the first on the calling thread, and each other on a thread of its own. */
final class SideBySide {
    private final List<Throwable> failures = new ArrayList<>();

    private SideBySide() {}

    /** One of the things. */
    interface Work {
        void run() throws Exception;
    }

    /**
     * Returns when all have ended, also after one has failed. An interrupt is passed on to those that run.
     *
     * @throws Exception the first failure, with the others as suppressed ones
     */
    static void run(String threadName, List<Work> works) throws Exception {
        new SideBySide().runAll(threadName, works);
    }

    private void runAll(String threadName, List<Work> works) throws Exception {
        List<Thread> others = new ArrayList<>();
        for (int i = 1; i < works.size(); i++) {
            Work work = works.get(i);
            Thread thread = new Thread(() -> attempt(work), threadName + "-" + i);
            thread.setDaemon(true);
            thread.start();
            others.add(thread);
        }
        attempt(works.get(0));
        others.forEach(other -> join(other, others));
        Throwable first = first();
        if (first instanceof Error e) {
            throw e;
        } else if (first instanceof Exception e) {
            throw e;
        }
    }

    private void attempt(Work work) {
        try {
            work.run();
        } catch (Throwable e) {
            synchronized (failures) {
                failures.add(e);
            }
        }
    }

    private static void join(Thread one, List<Thread> all) {
        while (true) {
            try {
                one.join();
                return;
            } catch (InterruptedException e) {
                all.forEach(Thread::interrupt);
            }
        }
    }

    private @Nullable Throwable first() {
        synchronized (failures) {
            if (failures.isEmpty()) {
                return null;
            }
            Throwable first = failures.get(0);
            failures.stream().skip(1).filter(other -> other != first).forEach(first::addSuppressed);
            return first;
        }
    }
}
