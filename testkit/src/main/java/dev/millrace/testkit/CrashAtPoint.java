/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit;

import dev.millrace.internal.crash.CrashPoint;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Kills this process at a point of its durable path, as {@code kill -9} does: no shutdown hook runs, nothing is closed.
 * For child processes of crash tests.
 */
public final class CrashAtPoint {
    /** The system property that names the {@link CrashSite}, such as {@code DECIDED#2}. */
    public static final String PROPERTY = "millrace.testkit.crash";

    /** The exit status: that of a process that was killed. */
    public static final int STATUS = 137;

    private CrashAtPoint() {}

    /** Arms the site that the system property names; without the property nothing happens. */
    public static void installFromSystemProperty() {
        String site = System.getProperty(PROPERTY);
        if (site != null) {
            install(CrashSite.parse(site));
        }
    }

    static void install(CrashSite site) {
        AtomicInteger left = new AtomicInteger(site.occurrence());
        CrashPoint.observe(point -> {
            if (point.name().equals(site.point()) && left.decrementAndGet() == 0) {
                Runtime.getRuntime().halt(STATUS);
            }
        });
    }
}
