/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.window;

import dev.millrace.function.Function2;
import dev.millrace.internal.lineage.BrokenPromise;

/**
 * The values of one key in a sliding window, folded by an associative function: two stacks.
 *
 * <pre>
 *   first                  flipped         folded       size
 *     | front: the fold     | back: folded | not yet    |
 *     | from each entry to  | into one     | folded     |
 *     | the end of the front| value        |            |
 * </pre>
 *
 * The value of the window is the first fold of the front merged with the back. Entries leave at the front for nothing. Every
 * {@code length} panes the front has left as a whole and the back becomes the front, which takes a merge for each of its
 * entries. When that happens depends on the number of the pane and the key's phase, never on history: so the result is a
 * function of the panes alone, also for sums of doubles after a restart; and as phases differ, each slide turns the same
 * share of all keys. Three merges a key and slide at most, on average.
 *
 * <p>The back's value changes with each slide, and is kept by the caller, beside those of the other keys.
 */
@SuppressWarnings({"unchecked", "NullAway"}) // slots are null until used; values may be null
final class TwoStacks<V> {
    private static final int FIRST_CAPACITY = 4;

    private final int phase;
    private int[] numbers = new int[FIRST_CAPACITY]; // a ring: which of the arrivals the entries are
    private int capacity = FIRST_CAPACITY; // the ring's; as "oldest", known without a look at the ring
    private int oldest; // the number of the first entry
    private int first; // where in the ring; the others count from there
    private int flipped;
    private int folded;
    private int size;
    private int turn; // the pane up to which the front was made; the lower bits of its number
    private Object front; // the folds in an array, of which the last ones count; if it is one, that itself
    private int frontLength;
    private int place; // of the back's value

    /**
     * @param phase from 0 to {@code length - 1}
     * @param length of the window in panes
     * @param pane the first that will be added
     * @param place where the caller keeps the value of the back
     */
    TwoStacks(int phase, int length, long pane, int place) {
        this.phase = phase;
        this.place = place;
        turn = (int) (pane - length); // older than every turn to come
    }

    /** Adds a value that came after all before, by its number. */
    void add(int number, int length) {
        if (size == capacity) {
            grow(Math.max(size + 1, Math.min(2 * size, length)));
        }
        if (size == 0) {
            oldest = number;
        }
        numbers[slot(size++)] = number;
    }

    /** Lets go of what came before {@code from}: before anything is added, or the ring grows without need. */
    void leave(int from) {
        while (size > 0 && oldest - from < 0) {
            first = slot(1);
            oldest = numbers[first];
            size--;
            folded = Math.max(0, folded - 1);
            if (flipped > 0) {
                leaveFront();
            }
        }
    }

    /** So that the fold can be collected. */
    private void leaveFront() {
        if (frontLength == 1) {
            front = null;
        } else {
            ((Object[]) front)[frontLength - flipped] = null;
        }
        flipped--;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /**
     * The pane up to which the front is to be made for the window that ends with {@code to}.
     *
     * @param rest what division of {@code to} by the length leaves
     */
    long due(long to, int rest, int length) {
        int since = rest + phase;
        return to - (since < length ? since : since - length);
    }

    /** Returns whether the front is to be made anew; the back has no value then. */
    boolean isToFlip(long due) {
        return (int) due != turn;
    }

    /** All up to the pane that is due becomes the front; the old front has left by now. */
    void flip(long due, Arrivals<V> values, Function2<V, V, V> merge) throws Exception {
        int behind = values.startOf(due + 1);
        flipped = 0;
        while (flipped < size && number(flipped) - behind < 0) {
            flipped++;
        }
        frontLength = flipped;
        front = flipped == 0 ? null : flipped == 1 ? values.get(oldest) : newFront(values, merge);
        turn = (int) due;
        folded = flipped;
    }

    private Object[] newFront(Arrivals<V> values, Function2<V, V, V> merge) throws Exception {
        Object[] folds = new Object[flipped];
        for (int i = 0; i < flipped; i++) {
            folds[i] = values.get(number(i));
        }
        for (int i = flipped - 2; i >= 0; i--) {
            folds[i] = BrokenPromise.merged(merge.call((V) folds[i], (V) folds[i + 1]));
        }
        return folds;
    }

    /** The value of the back, with what came since {@code back} was its value. */
    V foldBack(V back, Arrivals<V> values, Function2<V, V, V> merge) throws Exception {
        for (; folded < size; folded++) {
            V value = values.get(number(folded));
            back = folded == flipped ? value : BrokenPromise.merged(merge.call(back, value));
        }
        return back;
    }

    /** The fold over the window. */
    V fold(V back, Function2<V, V, V> merge) throws Exception {
        if (flipped == 0) {
            return back;
        }
        V value = frontAt(0);
        return flipped == size ? value : BrokenPromise.merged(merge.call(value, back));
    }

    private V frontAt(int index) {
        return (V) (frontLength == 1 ? front : ((Object[]) front)[frontLength - flipped + index]);
    }

    /** Reads what the next fold needs, so that it is in the cache then; what is returned only depends on all of it. */
    int readAhead() {
        if (flipped <= 1) {
            return size;
        }
        Object next = frontAt(1);
        return next != null && next.getClass() == Object.class ? -1 : numbers[first];
    }

    int place() {
        return place;
    }

    void setPlace(int place) {
        this.place = place;
    }

    private void grow(int capacity) {
        int[] grown = new int[capacity];
        for (int i = 0; i < size; i++) {
            grown[i] = number(i);
        }
        numbers = grown;
        this.capacity = capacity;
        first = 0;
    }

    private int slot(int index) {
        int slot = first + index;
        return slot < capacity ? slot : slot - capacity;
    }

    private int number(int index) {
        return numbers[slot(index)];
    }

    /** Its numbers, and the front with a value of its own in each slot. */
    long bytes() {
        return 4L * capacity + Arrivals.BYTES_A_VALUE * frontLength;
    }
}
