/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * The signals by which a terminal and its programs tell each other of changes. They are reached by reflection, because the
 * compiler warns of the class that Java has for them; where there is no such signal, as on Windows, nothing happens.
 */
final class TerminalSignals {
    private TerminalSignals() {}

    /** Sends this process a signal, by its name without SIG. */
    static void raise(String name) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            signal.getMethod("raise", signal)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name));
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            // nobody here waits for it
        }
    }

    /** Has {@code handler} run, on a thread of its own, whenever that signal comes. */
    static void handle(String name, Runnable handler) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> type = Class.forName("sun.misc.SignalHandler");
            MethodHandle run = MethodHandles.lookup()
                    .findVirtual(Runnable.class, "run", MethodType.methodType(void.class))
                    .bindTo(handler);
            signal.getMethod("handle", signal, type)
                    .invoke(
                            null,
                            signal.getConstructor(String.class).newInstance(name),
                            MethodHandleProxies.asInterfaceInstance(type, MethodHandles.dropArguments(run, 0, signal)));
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            // it never comes here
        }
    }
}
