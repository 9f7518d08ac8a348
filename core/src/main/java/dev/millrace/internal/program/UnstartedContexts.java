/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.program;

import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * The contexts of this process that were never started, so that a command that runs a program can say so when the program has ended. It keeps none
 * of them alive. Any thread.
 */
public final class UnstartedContexts {
    private static final Map<Driver, String> UNSTARTED = new WeakHashMap<>();

    private UnstartedContexts() {}

    /** @param made the call of the program, with its line */
    static void add(Driver driver, String made) {
        synchronized (UNSTARTED) {
            UNSTARTED.put(driver, made);
        }
    }

    static void remove(Driver driver) {
        synchronized (UNSTARTED) {
            UNSTARTED.remove(driver);
        }
    }

    /** The calls that made those that have outputs. Each is told once. */
    public static List<String> take() {
        synchronized (UNSTARTED) {
            List<String> made = UNSTARTED.entrySet().stream()
                    .filter(context -> !context.getKey().graph().outputs().isEmpty())
                    .map(Map.Entry::getValue)
                    .sorted()
                    .toList();
            UNSTARTED.clear();
            return made;
        }
    }
}
