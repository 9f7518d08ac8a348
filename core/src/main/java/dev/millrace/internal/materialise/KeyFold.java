/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.materialise;

import dev.millrace.function.Function2;
import org.jspecify.annotations.Nullable;

/**
 * The values of one key in a sliding window, folded by an associative function: two stacks in one ring.
 *
 * <pre>
 *   first                  flipped         folded       size
 *     | front: each entry     | back: as it   | not yet    |
 *     | is the fold from      | came; folded  | folded     |
 *     | itself to the end     | in "back"     |            |
 *     | of the front          |               |            |
 * </pre>
 *
 * The value of the window is the first entry merged with {@code back}. Entries leave at the front for nothing. Every
 * {@code length} panes the front has left as a whole and the back becomes the front, which takes a merge for each of its
 * entries. When that happens depends on the number of the pane and the key's phase, never on history: so the result is a
 * function of the panes alone, also for sums of doubles after a restart; and as phases differ, each slide turns the same
 * share of all keys. Three merges a key and slide at most, on average.
 *
 * <p>A key that came in every pane since its first needs no list of panes: half the memory that a slide waits for.
 *
 * <p>Pane numbers are kept as ints that wrap around; only differences of them count.
 */
@SuppressWarnings({"unchecked", "NullAway"}) // slots are null until used; values may be null
final class KeyFold<V> {
    private static final int FIRST_CAPACITY = 4;

    private final int phase;
    private final int length;
    private int @Nullable [] panes; // none while the key came in every pane since the first: less memory to wait for
    private int firstPane; // counts while there are no panes
    private Object[] values;
    private int first; // where in the ring; the others count from there
    private int flipped;
    private int folded;
    private int size;
    private int turn; // the pane up to which the front was made
    private Object back;
    private boolean hasNext; // a value that came and is not in the ring yet, so that a slide looks at the ring once
    private int nextPane;
    private Object next;

    /**
     * @param phase from 0 to {@code length - 1}
     * @param pane the first that will be added
     */
    KeyFold(int phase, int length, long pane) {
        this.phase = phase;
        this.length = length;
        turn = (int) (pane - length); // older than every turn to come
        values = new Object[Math.min(FIRST_CAPACITY, length)];
    }

    /** Adds the value of a pane later than all before. */
    void add(long pane, V value) {
        push();
        hasNext = true;
        nextPane = (int) pane;
        next = value;
    }

    private void push() {
        if (hasNext) {
            dropUntil(nextPane - length);
            if (size == values.length) {
                grow();
            }
            if (size == 0) {
                panes = null;
                firstPane = nextPane;
            } else if (panes == null && nextPane != firstPane + size) {
                panes = panesFrom(first, values.length);
            }
            int slot = slot(size++);
            if (panes != null) {
                panes[slot] = nextPane;
            }
            values[slot] = next;
            hasNext = false;
            next = null;
        }
    }

    /** Whether no pane of the window that ends with {@code to} has the key. */
    boolean isGone(long to) {
        push();
        dropUntil((int) (to - length));
        return size == 0;
    }

    /** The fold over the window that ends with {@code to}, from which the key is not gone. */
    V at(long to, Function2<V, V, V> merge) throws Exception {
        long due = to - Math.floorMod(to + phase, (long) length);
        if ((int) due != turn) {
            flip(due, merge);
        }
        for (; folded < size; folded++) {
            V value = value(folded);
            back = folded == flipped ? value : merge.call((V) back, value);
        }
        if (flipped == 0) {
            return (V) back;
        }
        return flipped == size ? value(0) : merge.call(value(0), (V) back);
    }

    /** All up to {@code due} becomes the front; the old front has left by now. */
    private void flip(long due, Function2<V, V, V> merge) throws Exception {
        flipped = 0;
        while (flipped < size && pane(flipped) - (int) due <= 0) {
            flipped++;
        }
        for (int i = flipped - 2; i >= 0; i--) {
            values[slot(i)] = merge.call(value(i), value(i + 1));
        }
        turn = (int) due;
        folded = flipped;
        back = null;
    }

    private void dropUntil(int pane) {
        while (size > 0 && pane(0) - pane <= 0) {
            values[first] = null;
            first = slot(1);
            firstPane++;
            size--;
            flipped = Math.max(0, flipped - 1);
            folded = Math.max(0, folded - 1);
        }
    }

    private void grow() {
        int capacity = Math.max(size + 1, Math.min(2 * size, length));
        Object[] newValues = new Object[capacity];
        for (int i = 0; i < size; i++) {
            newValues[i] = value(i);
        }
        if (panes != null) {
            panes = panesFrom(0, capacity);
        }
        values = newValues;
        first = 0;
    }

    /** The pane of each entry, for a ring that has the first at {@code start}. */
    private int[] panesFrom(int start, int capacity) {
        int[] numbers = new int[capacity];
        for (int i = 0; i < size; i++) {
            numbers[(start + i) % capacity] = pane(i);
        }
        return numbers;
    }

    private int slot(int index) {
        int slot = first + index;
        return slot < values.length ? slot : slot - values.length;
    }

    private int pane(int index) {
        return panes == null ? firstPane + index : panes[slot(index)];
    }

    private V value(int index) {
        return (V) values[slot(index)];
    }

    /** The ring, and a value of its own in each slot. */
    long bytes() {
        return (panes == null ? 20L : 24L) * values.length;
    }
}
