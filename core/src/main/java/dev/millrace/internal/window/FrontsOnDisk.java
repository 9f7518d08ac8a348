/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.window;

import dev.millrace.internal.memory.MemorySpace;
import dev.millrace.internal.memory.Spill;
import dev.millrace.internal.operators.TaskScope;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/**
 * The fronts of the keys of a {@link FoldedOnDisk}: for each key and pane, the fold that is its front once that pane has left. They are written when a
 * key turns, in the order in which panes leave, and read once. Not thread safe.
 *
 * <pre>
 *   file of a slide:   bucket, panes 1 to 4 | bucket, panes 5 to 8 | another bucket, panes 1 to 4 | ...
 * </pre>
 *
 * Several panes share a sequence if the window has more than {@value #GROUPS} panes, so that there are not too many of them; then a slide
 * passes over what it does not need yet.
 */
final class FrontsOnDisk implements AutoCloseable {
    private static final int GROUPS = 64;
    private static final int PARTS = 4;
    private static final int PANE = 0;

    static final int KEY = 1;
    static final int HAS = 2; // whether there is a front still
    static final int FRONT = 3;

    private final MemorySpace space;
    private final int length; // of the window in panes
    private final int group; // panes of a sequence
    private final Deque<Turned> files = new ArrayDeque<>();

    FrontsOnDisk(MemorySpace space, int length) {
        this.space = space;
        this.length = length;
        group = (length + GROUPS - 1) / GROUPS;
    }

    /** The fronts that were made in one slide, of panes from {@code first} on. */
    private final class Turned {
        private final long first;
        private final int[] places; // of the buckets that turned, or -1
        private final Spill fronts;

        Turned(long first, int[] places, int turning) {
            this.first = first;
            this.places = places;
            fronts = space.spill(Math.max(1, turning * groups()), PARTS);
        }

        private int sequence(int bucket, long pane) {
            return places[bucket] * groups() + (int) (pane - first) / group;
        }
    }

    private int groups() {
        return (length + group - 1) / group;
    }

    /**
     * Begins to write, for a window that ends with {@code to}.
     *
     * @param turning tells by the bucket whether some of its keys turn
     */
    void begin(long to, boolean[] turning) {
        int[] places = new int[turning.length];
        int count = 0;
        for (int bucket = 0; bucket < turning.length; bucket++) {
            places[bucket] = turning[bucket] ? count++ : -1;
        }
        files.add(new Turned(to - length + 1, places, count));
    }

    /** Adds the front of a key once a pane has left; of a key in order of panes. */
    void add(int bucket, long pane, Object key, boolean has, Object front) {
        Turned last = files.getLast();
        last.fronts.add(last.sequence(bucket, pane), pane, key, has, front);
    }

    /** All fronts of a bucket are written. */
    void end(int bucket) {
        Turned last = files.getLast();
        for (int i = 0; i < groups(); i++) {
            last.fronts.end(last.places[bucket] * groups() + i);
        }
    }

    void complete() {
        files.getLast().fronts.complete();
    }

    /** Goes through the fronts of a bucket for panes that leave: later than {@code after}, up to {@code until}. */
    void read(long after, long until, int bucket, Consumer<Object[]> sink) {
        for (Turned file : files) {
            long from = Math.max(after + 1, file.first);
            long to = Math.min(until, file.first + length - 1);
            if (from > to || file.places[bucket] < 0) {
                continue;
            }
            for (int sequence = file.sequence(bucket, from); sequence <= file.sequence(bucket, to); sequence++) {
                if (!file.fronts.isEmpty(sequence)) {
                    TaskScope.checkCurrent();
                    file.fronts.read(sequence).forEachRemaining(front -> {
                        long pane = (Long) front[PANE];
                        if (pane >= from && pane <= to) {
                            sink.accept(front);
                        }
                    });
                }
            }
        }
    }

    /** Deletes the files of which all panes have left. */
    void leave(long until) {
        while (!files.isEmpty() && files.getFirst().first + length - 1 <= until) {
            files.removeFirst().fronts.close();
        }
    }

    boolean isStuck() {
        return files.stream().anyMatch(file -> file.fronts.bytesInMemory() > 0);
    }

    @Override
    public void close() {
        files.forEach(file -> file.fronts.close());
        files.clear();
    }
}
