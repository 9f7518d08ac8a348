/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.codec;

import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Spliterator;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The set that is read back if its elements collide: a {@code HashSet} looks at all elements of a hash if they have no order.
 * Its elements are held in a map of its own, under their {@link ContentHash}; the inherited set stays empty, and is there for
 * programs that declare a {@code LinkedHashSet}. {@link Sequenced} adds what a class for JDK 17 cannot have.
 */
class CollidingSet extends LinkedHashSet<@Nullable Object> {
    private static final long serialVersionUID = 1;
    private static final int MANY = 64;

    private static final Sequenced<CollidingSet> MADE = Sequenced.of(CollidingSet.class, "Set", CollidingSet::new);

    private final transient HeldSet elements = HeldSet.forwards(this);

    CollidingSet() {}

    final Object reversedView() {
        return elements.reversedView();
    }

    /** The set of what was read, in that order. */
    static LinkedHashSet<@Nullable Object> of(List<?> read) {
        LinkedHashSet<@Nullable Object> set = isCrowded(read) ? MADE.make() : new LinkedHashSet<>(2 * read.size());
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

    // ---- what JDK 21 has added ----

    public void addFirst(@Nullable Object element) {
        elements.addFirst(element);
    }

    public void addLast(@Nullable Object element) {
        elements.addLast(element);
    }

    public @Nullable Object getFirst() {
        return elements.getFirst();
    }

    public @Nullable Object getLast() {
        return elements.getLast();
    }

    public @Nullable Object removeFirst() {
        return elements.removeFirst();
    }

    public @Nullable Object removeLast() {
        return elements.removeLast();
    }

    // ---- what a set has ----

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

    protected Object writeReplace() {
        return new LinkedHashSet<>(elements);
    }
}
