/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.start;

import dev.millrace.internal.memory.Sampler;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Goes through elements on a thread of its own, some hundreds or a megabyte ahead of who takes them: so decoding a state and building
 * its table, which take about as long, do not wait for each other. To be gone through once. An error of the elements is
 * thrown to who takes them.
 */
final class ReadAhead<T> implements Iterable<T>, AutoCloseable {
    private static final int TOGETHER = 128; // fewer if they are large, because they are not accounted
    private static final int AHEAD = 8;

    private final Iterable<T> elements;
    private final BlockingQueue<List<T>> queue = new ArrayBlockingQueue<>(AHEAD); // an empty list is the end
    private final Thread thread = new Thread(this::read, "millrace-restore");
    private volatile boolean closed;
    private @Nullable Throwable failure; // written before the end is queued

    ReadAhead(Iterable<T> elements) {
        this.elements = elements;
        thread.setDaemon(true);
    }

    private void read() {
        try {
            List<T> some = new ArrayList<>(TOGETHER);
            Sampler sizes = new Sampler();
            for (T element : elements) {
                some.add(element);
                if (isMuch(element, sizes) || some.size() == TOGETHER) {
                    put(some);
                    some = new ArrayList<>(TOGETHER);
                    if (closed) {
                        return;
                    }
                }
            }
            if (!some.isEmpty()) {
                put(some);
            }
        } catch (Throwable e) {
            failure = e;
        } finally {
            put(List.of()); // allocates nothing, so that it comes also when memory has run out
        }
    }

    /** Returns whether the elements since it last returned true are about as large as may wait in one list. */
    private static boolean isMuch(Object element, Sampler sizes) {
        if (!sizes.isDue()) {
            return false;
        }
        sizes.add(0, element);
        sizes.next();
        return true;
    }

    private void put(List<T> some) {
        boolean interrupted = false;
        while (true) {
            try {
                queue.put(some);
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        keep(interrupted);
    }

    private List<T> take() {
        boolean interrupted = false;
        while (true) {
            try {
                List<T> some = queue.take();
                keep(interrupted);
                return some;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
    }

    private static void keep(boolean interrupted) {
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public Iterator<T> iterator() {
        thread.start();
        return new Iterator<>() {
            private List<T> some = take();
            private int next;

            @Override
            public boolean hasNext() {
                if (next == some.size() && !some.isEmpty()) {
                    some = take();
                    next = 0;
                }
                if (some.isEmpty()) {
                    rethrow();
                }
                return !some.isEmpty();
            }

            @Override
            public T next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                return some.get(next++);
            }
        };
    }

    private void rethrow() {
        if (failure instanceof Error error) {
            throw error;
        } else if (failure instanceof RuntimeException error) {
            throw error;
        } else if (failure != null) { // a checked one, thrown by who need not declare it
            throw new IllegalStateException("what was kept cannot be read: " + failure, failure);
        }
    }

    /** Waits until nothing reads any more, also if it was not gone through to the end. */
    @Override
    public void close() {
        closed = true;
        queue.clear(); // who waits for room goes on, and sees that it is closed; from then on there is room
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        keep(interrupted);
    }
}
