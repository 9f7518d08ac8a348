/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.batch;

import dev.millrace.streaming.event.StreamingListener;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** The listeners of a context; what one throws does not reach the others. */
public final class Listeners {
    private final List<StreamingListener> listeners = new CopyOnWriteArrayList<>();
    private final Set<Thread> telling = ConcurrentHashMap.newKeySet();

    public void add(StreamingListener listener) {
        listeners.add(listener);
    }

    public void remove(StreamingListener listener) {
        listeners.remove(listener);
    }

    /** Whether the calling thread is in one of the listeners. */
    boolean isTelling() {
        return telling.contains(Thread.currentThread());
    }

    void tell(Consumer<StreamingListener> event) {
        boolean outermost = telling.add(Thread.currentThread());
        try {
            tellAll(event);
        } finally {
            if (outermost) {
                telling.remove(Thread.currentThread());
            }
        }
    }

    private void tellAll(Consumer<StreamingListener> event) {
        for (StreamingListener listener : listeners) {
            try {
                event.accept(listener);
            } catch (VirtualMachineError e) {
                throw e;
            } catch (Throwable e) {
                System.getLogger(Listeners.class.getName())
                        .log(System.Logger.Level.WARNING, "a streaming listener failed", e);
            }
        }
    }
}
