/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runs;

import dev.millrace.internal.changes.ChangeBlock;
import dev.millrace.internal.changes.ChangeBlock.Change;

/** One of {@link EncodedChanges} as an entry; its position is not told. One thread. */
class EncodedChange extends RunCursor {
    private final ChangeParts parts;
    private final long firstArrival;

    EncodedChange(ChangeParts parts, long firstArrival) {
        this.parts = parts;
        this.firstArrival = firstArrival;
    }

    /** Moves to the change at an address. */
    final void comeTo(long address) {
        int part = parts.of(address);
        byte[] block = parts.block(part);
        int keyStart = parts.at(part, address);
        keyArray = block;
        keyFrom = SizedBytes.begin(block, keyStart);
        keyTo = keyFrom + SizedBytes.length(block, keyStart);
        change = ChangeBlock.change(block, keyStart);
        sorted = false;
        again = false;
        arrival = 0;
        touched = change == Change.REMOVE ? ChangeBlock.UNTIMED : parts.time(part);
        valueArray = block;
        valueFrom = keyTo;
        valueTo = keyTo;
        if (change == Change.PUT) {
            sorted = ChangeBlock.isSorted(block, keyStart);
            arrival = firstArrival + EncodedChanges.number(address);
            valueFrom = SizedBytes.begin(block, keyTo);
            valueTo = valueFrom + SizedBytes.length(block, keyTo);
        }
    }

    @Override
    public boolean next() {
        return false;
    }
}
