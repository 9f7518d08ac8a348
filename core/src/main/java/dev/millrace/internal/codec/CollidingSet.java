/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.codec;

import java.util.AbstractSet;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Spliterator;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The set that is read back if its elements collide: a {@code HashSet} looks at all elements of a hash if they have no order.
 * Its elements are held in a map of its own, under their {@link ContentHash}; the inherited set stays empty, and is there for
 * programs that declare a {@code LinkedHashSet}. The methods that JDK 21 has added ({@code reversed}) find nothing.
 */
final class CollidingSet extends LinkedHashSet<@Nullable Object> {
    private static final long serialVersionUID = 1;
    private static final int MANY = 64;

    private final transient Elements elements = new Elements();

    /** An element, or a key of a map, under its content hash. */
    record Held(@Nullable Object value, int hash) {
        static Held of(@Nullable Object value) {
            return new Held(value, ContentHash.of(value));
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Held that && that.hash == hash && Objects.equals(value, that.value);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }

    /** The set of what was read, in that order. */
    static LinkedHashSet<@Nullable Object> of(List<?> read) {
        LinkedHashSet<@Nullable Object> set =
                isCrowded(read) ? new CollidingSet() : new LinkedHashSet<>(2 * read.size());
        set.addAll(read);
        return set;
    }

    /** Returns whether many elements have one hash and no order. Hashes that fall into one place count as one. */
    static boolean isCrowded(List<?> elements) {
        if (elements.size() <= MANY) {
            return false;
        }
        int[] counts = new int[Integer.highestOneBit(elements.size())];
        for (Object element : elements) {
            if (element != null && !(element instanceof Comparable<?>)) {
                int mixed = element.hashCode() * 0x9E3779B9;
                if (++counts[(mixed ^ mixed >>> 15) & counts.length - 1] > MANY) {
                    return true;
                }
            }
        }
        return false;
    }

    private static final class Elements extends AbstractSet<@Nullable Object> {
        private final Map<Held, Boolean> held = new LinkedHashMap<>();

        @Override
        public boolean add(@Nullable Object element) {
            return held.putIfAbsent(Held.of(element), true) == null;
        }

        @Override
        public boolean contains(@Nullable Object element) {
            return held.containsKey(Held.of(element));
        }

        @Override
        public boolean remove(@Nullable Object element) {
            return held.remove(Held.of(element)) != null;
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
            Iterator<Held> from = held.keySet().iterator();
            return new Iterator<>() {
                @Override
                public boolean hasNext() {
                    return from.hasNext();
                }

                @Override
                public @Nullable Object next() {
                    return from.next().value();
                }

                @Override
                public void remove() {
                    from.remove();
                }
            };
        }
    }

    @Override
    public boolean add(@Nullable Object element) {
        return elements.add(element);
    }

    @Override
    public boolean contains(@Nullable Object element) {
        return elements.contains(element);
    }

    @Override
    public boolean remove(@Nullable Object element) {
        return elements.remove(element);
    }

    @Override
    public int size() {
        return elements.size();
    }

    @Override
    public boolean isEmpty() {
        return elements.isEmpty();
    }

    @Override
    public void clear() {
        elements.clear();
    }

    @Override
    public Iterator<@Nullable Object> iterator() {
        return elements.iterator();
    }

    @Override
    public Spliterator<@Nullable Object> spliterator() {
        return elements.spliterator();
    }

    @Override
    public void forEach(Consumer<? super @Nullable Object> action) {
        elements.forEach(action);
    }

    @Override
    public boolean removeAll(Collection<?> others) {
        return elements.removeAll(others);
    }

    @Override
    public @Nullable Object[] toArray() {
        return elements.toArray();
    }

    @Override
    public <T extends @Nullable Object> T[] toArray(T[] array) {
        return elements.toArray(array);
    }

    @Override
    public Object clone() {
        return of(List.of(elements.toArray()));
    }

    private Object writeReplace() {
        return new LinkedHashSet<>(elements);
    }
}
