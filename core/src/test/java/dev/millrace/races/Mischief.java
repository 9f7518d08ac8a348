/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.races;

import dev.millrace.streaming.StreamingContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The mischief in the code of one life of a program: at one place of it, from one of its calls on. Safe for several threads. */
final class Mischief {
    static final int EXIT_CODE = 17;

    private static final Map<Integer, Mischief> CURRENT = new ConcurrentHashMap<>(); // by race, for codecs and toString

    private final @Nullable Place place;
    private final Kind kind;
    private final int first;
    private final boolean once;
    private final boolean swallows;
    private final AtomicInteger calls = new AtomicInteger();
    private final CompletableFuture<Void> hit = new CompletableFuture<>();
    private final CountDownLatch released = new CountDownLatch(1);
    private final Queue<Thread> stuck = new ConcurrentLinkedQueue<>();
    private final Queue<String> stops = new ConcurrentLinkedQueue<>();
    private volatile @Nullable StreamingContext ssc;

    private Mischief(@Nullable Place place, Kind kind, int first, boolean once, boolean swallows) {
        this.place = place;
        this.kind = kind;
        this.first = first;
        this.once = once;
        this.swallows = swallows;
    }

    /** Nothing is done wrong. */
    static Mischief none() {
        return new Mischief(null, Kind.EXCEPTION, 0, true, true);
    }

    static Mischief at(Place place, Kind kind, Random random) {
        int first = place.isReachedOnce() ? 0 : random.nextInt(4);
        return new Mischief(place, kind, first, random.nextBoolean(), random.nextBoolean());
    }

    /** From now on records of a race are of the life that has this. */
    void begin(int race, StreamingContext context) {
        ssc = context;
        CURRENT.put(race, this);
    }

    static Mischief current(int race) {
        Mischief current = CURRENT.get(race);
        if (current == null) {
            throw new IllegalStateException("race " + race + " has not begun");
        }
        return current;
    }

    /** Called by the code of the program at each of its places. */
    void at(Place here) {
        if (here != place) {
            return;
        }
        int call = calls.getAndIncrement();
        if (call < first || (once && call > first)) {
            return;
        }
        hit.complete(null);
        switch (kind) {
            case BLOCK -> block();
            case AWAIT_INTERRUPT -> awaitInterrupt();
            case EXCEPTION -> throw new IllegalArgumentException("mischief in " + here);
            case ERROR -> throw new LinkageError("mischief in " + here);
            case EXIT -> System.exit(EXIT_CODE);
            case INTERRUPT -> Thread.currentThread().interrupt();
            case OUT_OF_MEMORY -> exhaustMemory();
            case STOP -> stop();
        }
    }

    private void block() {
        stuck.add(Thread.currentThread());
        while (true) {
            try {
                released.await();
                return;
            } catch (InterruptedException e) {
                // ignored: that is the mischief
            }
        }
    }

    private void awaitInterrupt() {
        stuck.add(Thread.currentThread());
        try {
            released.await();
        } catch (InterruptedException e) {
            if (!swallows) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted in " + place, e);
            }
        }
    }

    private static void exhaustMemory() {
        List<byte[]> all = new ArrayList<>();
        while (true) {
            all.add(new byte[1 << 20]);
        }
    }

    private void stop() {
        long begin = System.nanoTime();
        StreamingContext context = ssc;
        try {
            if (context != null) {
                context.stop(Duration.ofMillis(20));
            }
        } catch (IllegalStateException e) {
            if (stops.isEmpty()) {
                stops.add("refused: " + e.getMessage());
            }
            if (!swallows) {
                throw e;
            }
        } finally {
            long elapsed = Duration.ofNanos(System.nanoTime() - begin).toMillis();
            if (elapsed > 10) {
                stops.add("after " + elapsed + " ms");
            }
        }
    }

    CompletableFuture<Void> hit() {
        return hit;
    }

    /** The ends of the stops inside the code of the program. */
    List<String> stops() {
        return List.copyOf(stops);
    }

    /** Lets those that are stuck go on. */
    void release() {
        released.countDown();
    }

    /** Returns the first thread that was stuck and does not end; null if there is none. */
    @Nullable
    Thread endless(Duration limit) throws InterruptedException {
        long until = System.nanoTime() + limit.toNanos();
        for (Thread thread : stuck) {
            thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime())));
            if (thread.isAlive()) {
                return thread;
            }
        }
        return null;
    }
}
