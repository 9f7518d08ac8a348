/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.codec;

import java.util.Iterator;
import java.util.NoSuchElementException;

/** The elements of an encoded list, each made when it is asked for, so that a long list is never held. One thread. */
@SuppressWarnings("NullAway") // elements may be null
final class ListReader implements Iterator<Object> {
    private final ValueReader reader;
    private int left;

    /** @param reader of a source that stands behind the size of the list */
    ListReader(ValueReader reader, int size) {
        this.reader = reader;
        left = size;
        reader.end(left);
    }

    @Override
    public boolean hasNext() {
        return left > 0;
    }

    @Override
    public Object next() {
        if (left == 0) {
            throw new NoSuchElementException();
        }
        Object element = reader.readPart();
        reader.end(--left);
        return element;
    }
}
