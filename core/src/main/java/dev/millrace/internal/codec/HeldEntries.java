/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.codec;

import java.util.AbstractMap;
import java.util.ConcurrentModificationException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Keys with values under the keys' {@link ContentHash}, in an order that has two ends. */
@SuppressWarnings("NullAway") // keys and values may be null
final class HeldEntries {
    private final Map<Held, Link> links = new HashMap<>();
    private @Nullable Link first;
    private @Nullable Link last;
    private int changes;

    private record Held(@Nullable Object value, int hash) {
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

    /** An entry, which writes through. */
    static final class Link extends AbstractMap.SimpleEntry<Object, Object> {
        private static final long serialVersionUID = 1;

        private final transient Held held;
        private transient @Nullable Link before;
        private transient @Nullable Link after;

        private Link(Held held, Object value) {
            super(held.value(), value);
            this.held = held;
        }
    }

    int size() {
        return links.size();
    }

    @Nullable
    Link find(@Nullable Object key) {
        return links.get(Held.of(key));
    }

    /** Sets the value of a key; one that is new comes last. Returns the value before, or null. */
    @Nullable
    Object put(@Nullable Object key, @Nullable Object value) {
        Link link = find(key);
        if (link != null) {
            return link.setValue(value);
        }
        append(new Link(Held.of(key), value), false);
        return null;
    }

    /** The same; the key comes first or last whether it is new or not. */
    @Nullable
    Object move(@Nullable Object key, @Nullable Object value, boolean toFirst) {
        Link present = find(key);
        if (present != null) {
            remove(present);
        }
        append(new Link(Held.of(key), value), toFirst);
        return present == null ? null : present.getValue();
    }

    private void append(Link link, boolean toFirst) {
        links.put(link.held, link);
        changes++;
        link.before = toFirst ? null : last;
        link.after = toFirst ? first : null;
        join(link.before, link);
        join(link, link.after);
    }

    private void join(@Nullable Link left, @Nullable Link right) {
        if (left == null) {
            first = right;
        } else {
            left.after = right;
        }
        if (right == null) {
            last = left;
        } else {
            right.before = left;
        }
    }

    void remove(Link link) {
        links.remove(link.held);
        changes++;
        join(link.before, link.after);
    }

    void clear() {
        links.clear();
        changes++;
        first = null;
        last = null;
    }

    Iterator<Map.Entry<Object, Object>> iterator(boolean backwards) {
        return new Iterator<>() {
            private @Nullable Link next = backwards ? last : first;
            private @Nullable Link given;
            private int seen = changes;

            @Override
            public boolean hasNext() {
                return next != null;
            }

            @Override
            public Map.Entry<Object, Object> next() {
                check();
                if (next == null) {
                    throw new NoSuchElementException();
                }
                given = next;
                next = backwards ? given.before : given.after;
                return given;
            }

            @Override
            public void remove() {
                if (given == null) {
                    throw new IllegalStateException("there is no element to remove");
                }
                check();
                HeldEntries.this.remove(given);
                given = null;
                seen = changes;
            }

            private void check() {
                if (seen != changes) {
                    throw new ConcurrentModificationException();
                }
            }
        };
    }
}
