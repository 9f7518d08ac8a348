/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runs;

import dev.millrace.error.CodecException;
import dev.millrace.internal.changes.ChangeBlock;
import dev.millrace.internal.changes.ChangeBlock.Change;

/** Goes through entries that stand one behind the other in an array, as {@link EntryWriter} writes them. One thread. */
class EntryReader extends RunCursor {
    private static final Change[] CHANGES = Change.values();
    private static final int MOST_SHIFT = Long.SIZE - 1;

    private byte[] array = NOTHING;
    int at; // these two may be set to go back
    private int end;
    long time; // of the last entry that had one

    /** Goes on with the entries between two places of an array. */
    final void begin(byte[] entries, int from, int to) {
        array = entries;
        at = from;
        end = to;
        time = 0;
    }

    final boolean hasMore() {
        return at < end;
    }

    @Override
    public boolean next() {
        if (!hasMore()) {
            return false;
        }
        read();
        position = RunOrder.position(keyArray, keyFrom, keyTo);
        return true;
    }

    /**
     * Comes to the next entry, of which the position is not told.
     *
     * @throws CodecException if it is none
     */
    final void read() {
        int head = array[at++];
        int number = head & EntryWriter.CHANGE;
        if (number >= CHANGES.length || head >= EntryWriter.UNKNOWN || head < 0) {
            throw damaged("an entry of the unknown kind " + head);
        }
        change = CHANGES[number];
        sorted = (head & EntryWriter.SORTED) != 0;
        again = (head & EntryWriter.AGAIN) != 0;
        readTime(head);
        keyArray = array;
        keyTo = skipSized();
        keyFrom = from;
        arrival = 0;
        valueArray = array;
        if (change == Change.PUT) {
            arrival = readNumber();
            valueTo = skipSized();
            valueFrom = from;
        } else {
            valueFrom = keyTo;
            valueTo = keyTo;
        }
    }

    private void readTime(int head) {
        if ((head & EntryWriter.TIMED) == 0) {
            touched = ChangeBlock.UNTIMED;
            return;
        }
        if ((head & EntryWriter.SAME_TIME) == 0) {
            long delta = readNumber();
            time += delta >>> 1 ^ -(delta & 1);
        }
        touched = time;
    }

    private int from; // of the bytes that were passed over last

    /** Passes over bytes with their length; returns where they end. */
    private int skipSized() {
        long length = readNumber();
        if (length < 0 || length > end - at) {
            throw damaged("a length of " + length + " with " + (end - at) + " bytes left");
        }
        from = at;
        at += (int) length;
        return at;
    }

    private long readNumber() {
        long value = 0;
        for (int shift = 0; shift <= MOST_SHIFT && at < end; shift += 7) {
            int next = array[at++];
            value |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw damaged("a number that does not end");
    }

    private static CodecException damaged(String what) {
        return new CodecException("a block has " + what);
    }
}
