/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.codec;

import java.util.AbstractSet;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The elements of a {@link CollidingSet}, forwards or backwards. The methods that JDK 21 has added are written as it has them,
 * and {@link Sequenced} makes it one of its sequenced sets there.
 */
@SuppressWarnings("NullAway") // elements may be null
class HeldSet extends AbstractSet<@Nullable Object> {
    private static final Sequenced<HeldSet> MADE = Sequenced.of(HeldSet.class, "Set", HeldSet::new);

    private HeldEntries held = new HeldEntries();
    private boolean backwards;
    private Set<Object> reversed = this;

    HeldSet() {}

    static HeldSet forwards(Set<Object> shown) {
        HeldSet set = new HeldSet();
        HeldSet back = MADE.make();
        back.held = set.held;
        back.backwards = true;
        back.reversed = shown;
        set.reversed = back;
        return set;
    }

    final Object reversedView() {
        return reversed;
    }

    @Override
    public boolean add(@Nullable Object element) {
        boolean absent = held.find(element) == null;
        if (absent) {
            held.put(element, true);
        }
        return absent;
    }

    public void addFirst(@Nullable Object element) {
        held.move(element, true, !backwards);
    }

    public void addLast(@Nullable Object element) {
        held.move(element, true, backwards);
    }

    public @Nullable Object getFirst() {
        return iterator().next();
    }

    public @Nullable Object getLast() {
        return iterator(!backwards).next();
    }

    public @Nullable Object removeFirst() {
        return removeNext(iterator());
    }

    public @Nullable Object removeLast() {
        return removeNext(iterator(!backwards));
    }

    private static @Nullable Object removeNext(Iterator<@Nullable Object> from) {
        if (!from.hasNext()) {
            throw new NoSuchElementException();
        }
        Object removed = from.next();
        from.remove();
        return removed;
    }

    @Override
    public boolean contains(@Nullable Object element) {
        return held.find(element) != null;
    }

    @Override
    public boolean remove(@Nullable Object element) {
        HeldEntries.Link present = held.find(element);
        if (present != null) {
            held.remove(present);
        }
        return present != null;
    }

    @Override
    public int size() {
        return held.size();
    }

    @Override
    public void clear() {
        held.clear();
    }

    @Override
    public Iterator<@Nullable Object> iterator() {
        return iterator(backwards);
    }

    private Iterator<@Nullable Object> iterator(boolean fromLast) {
        Iterator<Map.Entry<Object, Object>> from = held.iterator(fromLast);
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return from.hasNext();
            }

            @Override
            public @Nullable Object next() {
                return from.next().getKey();
            }

            @Override
            public void remove() {
                from.remove();
            }
        };
    }
}
