/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.materialise;

import dev.millrace.function.Function2;
import org.jspecify.annotations.Nullable;

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
final class KeyFold<V> {
    private static final int FIRST_CAPACITY = 4;

    private final int phase;
    private int[] numbers = new int[FIRST_CAPACITY]; // a ring: which of the arrivals the entries are
    private int first; // where in the ring; the others count from there
    private int flipped;
    private int folded;
    private int size;
    private int turn; // the pane up to which the front was made; the lower bits of its number
    private Object @Nullable [] front; // the last ones count, as many as are flipped
    private int place; // of the back's value

    /**
     * @param phase from 0 to {@code length - 1}
     * @param length of the window in panes
     * @param pane the first that will be added
     */
    KeyFold(int phase, int length, long pane) {
        this.phase = phase;
        turn = (int) (pane - length); // older than every turn to come
    }

    /** Adds a value that came after all before, by its number. */
    void add(int number, int length) {
        if (size == numbers.length) {
            grow(Math.max(size + 1, Math.min(2 * size, length)));
        }
        numbers[slot(size++)] = number;
    }

    /** Lets go of what came before {@code oldest}. */
    boolean isGone(int oldest) {
        while (size > 0 && numbers[first] - oldest < 0) {
            first = slot(1);
            size--;
            folded = Math.max(0, folded - 1);
            if (flipped > 0) {
                front[front.length - flipped--] = null; // so that it can be collected
            }
        }
        return size == 0;
    }

    /** Whether the front is to be made anew for the window that ends with {@code to}; the back has no value then. */
    boolean isToFlip(long to, int length) {
        return (int) due(to, length) != turn;
    }

    private long due(long to, int length) {
        return to - Math.floorMod(to + phase, length);
    }

    /** All up to the turn that is due becomes the front; the old front has left by now. */
    void flip(long to, int length, Arrivals<V> values, Function2<V, V, V> merge) throws Exception {
        long due = due(to, length);
        int behind = values.startOf(due + 1);
        flipped = 0;
        while (flipped < size && number(flipped) - behind < 0) {
            flipped++;
        }
        front = new Object[flipped];
        for (int i = 0; i < flipped; i++) {
            front[i] = values.get(number(i));
        }
        for (int i = flipped - 2; i >= 0; i--) {
            front[i] = merge.call((V) front[i], (V) front[i + 1]);
        }
        turn = (int) due;
        folded = flipped;
    }

    /** The value of the back, with what came since {@code back} was its value. */
    V foldBack(V back, Arrivals<V> values, Function2<V, V, V> merge) throws Exception {
        for (; folded < size; folded++) {
            V value = values.get(number(folded));
            back = folded == flipped ? value : merge.call(back, value);
        }
        return back;
    }

    /** The fold over the window. */
    V fold(V back, Function2<V, V, V> merge) throws Exception {
        if (flipped == 0) {
            return back;
        }
        V value = (V) front[front.length - flipped];
        return flipped == size ? value : merge.call(value, back);
    }

    /** Reads what the next fold needs, so that it is in the cache then; what is returned only depends on all of it. */
    int readAhead() {
        Object next = flipped > 1 ? front[front.length - flipped + 1] : null;
        return next != null && next.getClass() == Object.class ? -1 : numbers[first];
    }

    /** Where the caller keeps the value of the back. */
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
        first = 0;
    }

    private int slot(int index) {
        int slot = first + index;
        return slot < numbers.length ? slot : slot - numbers.length;
    }

    private int number(int index) {
        return numbers[slot(index)];
    }

    /** Its numbers, and the front with a value of its own in each slot. */
    long bytes() {
        return 4L * numbers.length + (front == null ? 0 : 20L * front.length);
    }
}
