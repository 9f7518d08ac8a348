/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runtime;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;

/**
 * The threads of a program, and the queues at which they wait. A simulation has threads that take turns as a seed says; virtual time
 * has none.
 */
public interface Threads {
    /** Runs what it is given, so much at a time, in the order in which that comes. */
    ExecutorService pool(int size, ThreadFactory factory);

    /** By it other threads reach one that waits. */
    <T> BlockingQueue<T> queue();

    /** Keeps the process alive until something has ended, since the threads of a run are daemons. */
    default void keepAlive(CompletableFuture<?> until) {}

    /** Returns whether time goes on while a thread is stuck, so that a stop can tell by it. */
    default boolean isRealTime() {
        return false;
    }

    /** The process's own. */
    Threads OWN = new Threads() {
        @Override
        public ExecutorService pool(int size, ThreadFactory factory) {
            return Executors.newFixedThreadPool(size, factory);
        }

        @Override
        public <T> BlockingQueue<T> queue() {
            return new LinkedBlockingQueue<>();
        }

        @Override
        public void keepAlive(CompletableFuture<?> until) {
            new Thread(() -> until.handle((result, failure) -> result).join(), "millrace-context").start();
        }

        @Override
        public boolean isRealTime() {
            return true;
        }
    };
}
