/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit;

import java.util.Iterator;

/** Records in the midst of which something happens: after the first and before the second. */
final class Interrupted<T> implements Iterator<T> {
    private final Iterator<T> records;
    private final Runnable event;
    private int given;

    private Interrupted(Iterator<T> records, Runnable event) {
        this.records = records;
        this.event = event;
    }

    static <T> Iterator<T> after(Iterator<T> records, Runnable event) {
        return new Interrupted<>(records, event);
    }

    @Override
    public boolean hasNext() {
        return records.hasNext();
    }

    @Override
    public T next() {
        if (given++ == 1) {
            event.run();
        }
        return records.next();
    }
}
