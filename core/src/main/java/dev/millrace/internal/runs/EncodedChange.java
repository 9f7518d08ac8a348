/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runs;

import dev.millrace.internal.changes.ChangeBlock;
import dev.millrace.internal.changes.ChangeBlock.Change;

/** One of {@link EncodedChanges} as an entry; its position is not told. One thread. */
class EncodedChange extends RunCursor {
    private final ChangeParts parts;
    private final long firstArrival;
    private int keyStart; // where the length of the key stands

    EncodedChange(ChangeParts parts, long firstArrival) {
        this.parts = parts;
        this.firstArrival = firstArrival;
    }

    /** Moves to the change at an address. */
    final void comeTo(long address) {
        int part = parts.of(address);
        comeTo(part, parts.at(part, address));
    }

    /** Moves to a change of a part, by the place of the length of its key. */
    final void comeTo(int part, int at) {
        byte[] block = parts.block(part);
        keyStart = at;
        keyArray = block;
        keyFrom = SizedBytes.begin(block, at);
        keyTo = keyFrom + SizedBytes.length(block, at);
        change = ChangeBlock.change(block, at);
        sorted = false;
        again = false;
        arrival = 0;
        touched = change == Change.REMOVE ? ChangeBlock.UNTIMED : parts.time(part);
        valueArray = block;
        valueFrom = keyTo;
        valueTo = keyTo;
        if (change == Change.PUT) {
            sorted = ChangeBlock.isSorted(block, at);
            arrival = arrival(part, at);
            valueFrom = SizedBytes.begin(block, keyTo);
            valueTo = valueFrom + SizedBytes.length(block, keyTo);
        }
    }

    private long arrival(int part, int at) {
        return firstArrival + EncodedChanges.number(parts.address(part, at));
    }

    /** Returns whether a change of a part has the same key. */
    final boolean hasKeyAt(int part, int at) {
        return areEqual(
                keyArray,
                keyStart,
                parts.block(part),
                at,
                keyTo - keyStart); // the length of the key is among the bytes
    }

    /**
     * Becomes what this change, which puts its key, and an older one of the key add up to. It is as {@link #over}, but reads only what counts of
     * the older one.
     */
    final void putOver(int part, int at) {
        if (again) {
            return;
        }
        byte[] block = parts.block(part);
        switch (ChangeBlock.change(block, at)) {
            case PUT -> {
                arrival = arrival(part, at);
                sorted = ChangeBlock.isSorted(block, at);
            }
            case REMOVE -> again = true;
            case TOUCH -> {}
        }
    }

    /** Becomes what this change and an older one of the key add up to. */
    final void addOlder(EncodedChange older) {
        if (over(older)) {
            keyStart = older.keyStart; // the array of the key is that of the older one now
        }
    }

    @Override
    public boolean next() {
        return false;
    }
}
