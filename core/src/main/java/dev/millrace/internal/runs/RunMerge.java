/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runs;

import dev.millrace.internal.changes.ChangeBlock.Change;
import java.util.List;

/**
 * Several runs as one: for each key the entry that all of them add up to. Holds what its cursors hold. One thread.
 *
 * <pre>
 *   newer \ older    put                                   removed               touched
 *   put              newer value and touch, older place    put again             newer
 *   put again        newer                                 newer                 newer
 *   removed          removed                               removed               removed
 *   touched          older with the newer touch            removed               newer
 * </pre>
 *
 * Runs may be merged in any grouping of neighbours. With the oldest one among them, what is removed is dropped, and a key
 * that was put again is just put.
 */
public final class RunMerge extends RunCursor {
    private final RunCursor[] inputs;
    private final boolean oldest;
    private final int[]
            heap; // inputs that have an entry; that of the first in order, and among those of one key the newest, is at
    // 0
    private int size;

    /**
     * Closes the cursors when it is closed, or if this fails.
     *
     * @param oldest whether the last one is the oldest run of its step
     */
    public RunMerge(List<? extends RunCursor> newestFirst, boolean oldest) {
        inputs = newestFirst.toArray(RunCursor[]::new);
        this.oldest = oldest;
        heap = new int[inputs.length];
        boolean begun = false;
        try {
            begin();
            begun = true;
        } finally {
            if (!begun) {
                close();
            }
        }
    }

    private void begin() {
        for (int i = 0; i < inputs.length; i++) {
            if (inputs[i].next()) {
                heap[size] = i;
                up(size++);
            }
        }
    }

    @Override
    public boolean next() {
        while (size > 0) {
            take(inputs[heap[0]]);
            source = heap[0];
            advance();
            while (size > 0 && hasKeyOf(inputs[heap[0]])) {
                if (over(inputs[heap[0]])) {
                    source = heap[0];
                }
                advance();
            }
            if (!oldest) {
                return true;
            }
            if (change == Change.PUT) {
                again = false;
                return true;
            }
        }
        return false;
    }

    /** The first cursor of the heap goes on. */
    private void advance() {
        if (!inputs[heap[0]].next()) {
            heap[0] = heap[--size];
        }
        down();
    }

    private void up(int from) {
        int at = from;
        while (at > 0 && isBefore(heap[at], heap[(at - 1) / 2])) {
            int parent = (at - 1) / 2;
            swap(at, parent);
            at = parent;
        }
    }

    private void down() {
        int at = 0;
        while (2 * at + 1 < size) {
            int child = 2 * at + 1;
            if (child + 1 < size && isBefore(heap[child + 1], heap[child])) {
                child++;
            }
            if (!isBefore(heap[child], heap[at])) {
                return;
            }
            swap(at, child);
            at = child;
        }
    }

    private void swap(int one, int other) {
        int kept = heap[one];
        heap[one] = heap[other];
        heap[other] = kept;
    }

    private boolean isBefore(int one, int other) {
        int order = inputs[one].compare(inputs[other]);
        return order < 0 || order == 0 && one < other;
    }

    @Override
    public void close() {
        for (RunCursor input : inputs) {
            input.close();
        }
    }
}
