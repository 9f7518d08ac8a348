/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Function;

/** Entries of a cursor, decoded one after the other as they are asked for. */
final class DecodedEntries<T> implements Iterator<T> {
    private final EntryCursor cursor;
    private final Function<EntryCursor, T> decode;
    private boolean hasNext;

    DecodedEntries(EntryCursor cursor, Function<EntryCursor, T> decode) {
        this.cursor = cursor;
        this.decode = decode;
        hasNext = cursor.next();
    }

    @Override
    public boolean hasNext() {
        return hasNext;
    }

    @Override
    public T next() {
        if (!hasNext) {
            throw new NoSuchElementException();
        }
        boolean read = false;
        try {
            T entry = decode.apply(cursor); // of arrays that stay when the cursor goes on
            hasNext = cursor.next();
            read = true;
            return entry;
        } finally {
            if (!read) {
                cursor.close(); // nobody goes on
            }
        }
    }
}
