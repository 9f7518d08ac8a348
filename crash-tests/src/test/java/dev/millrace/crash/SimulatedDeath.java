/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.crash;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.internal.crash.CrashPoint;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/**
 * A death without a process: the thread that comes to the point throws, and so does from then on every thread that comes to
 * any point. Points belong to the whole process, so nothing else may run beside.
 */
final class SimulatedDeath {
    private final AtomicInteger left;
    private final Death.At death;
    private final Runnable news;
    private volatile boolean dead;

    /** @param news is told at once, before anything is closed */
    SimulatedDeath(Death.At death, Runnable news) {
        this.death = death;
        this.news = news;
        left = new AtomicInteger(death.occurrence());
    }

    /** Not a failure of the program's own functions, for which an exception would be taken. */
    private static final class Dead extends VirtualMachineError {
        private static final long serialVersionUID = 1;
    }

    /** Runs {@code life}, which must end in this death. */
    void end(ThrowingCallable life) {
        CrashPoint.observe(this::reached);
        try {
            assertThatThrownBy(life).hasRootCauseInstanceOf(Dead.class);
        } finally {
            CrashPoint.observe(point -> {});
        }
    }

    private void reached(CrashPoint point) {
        if (!dead && point == death.point() && left.decrementAndGet() == 0) {
            dead = true;
            news.run();
        }
        if (dead) {
            throw new Dead();
        }
    }
}
