/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.memory;

import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Counts one value with what it refers to: each object once, so that cycles end, and no more than {@link #MOST_OBJECTS} of
 * them. Collections and maps of the JDK and arrays count by their length and their first elements; everything else, a
 * collection of the program's own too, by its fields. One value; one thread.
 */
final class ObjectWalk {
    private static final int MOST_OBJECTS = 1000;
    private static final int MOST_LEVELS = 100;
    private static final int SAMPLE = 8;
    private static final long MOST_BYTES = 1L << 50; // more than any heap; sums of some thousand of it do not overflow
    private static final int FEW = 8;
    static final int LARGE = 256; // bytes from which on an object is looked for among those that are known
    private static final int KNOWN_LEVELS = 3; // below the record, where large objects are looked for
    private static final ObjectLayout LAYOUT = ObjectLayout.CURRENT;
    private static final long HASH_ENTRY = LAYOUT.object(Integer.BYTES + 5L * LAYOUT.reference()) + LAYOUT.reference();

    private final @Nullable KnownObjects known;
    private final Object[] first = new Object[FEW];
    private int seen;
    private @Nullable Set<Object> all;
    private int left = MOST_OBJECTS;

    /** @param known what was counted for the same holder before, if that matters */
    ObjectWalk(@Nullable KnownObjects known) {
        this.known = known;
    }

    /** The bytes that the value takes; the program may change it meanwhile, or its collections may throw. */
    long count(Object value) {
        try {
            return bounded(of(value, 0));
        } catch (RuntimeException | ReflectiveOperationException | LinkageError e) {
            return ObjectShape.UNKNOWN;
        }
    }

    /** A collection of the program may say that it has any number of elements, and its elements too. */
    private static long bounded(double bytes) {
        return (long) Math.max(0, Math.min(MOST_BYTES, bytes));
    }

    private long of(@Nullable Object value, int level) throws ReflectiveOperationException {
        long scalar = SizeEstimate.ofScalar(value);
        if (value == null || scalar >= 0 && scalar < LARGE) {
            return scalar;
        }
        if (left <= 0 || level == MOST_LEVELS) {
            return ObjectShape.UNKNOWN;
        }
        left--;
        KnownObjects before = level <= KNOWN_LEVELS ? known : null;
        if (isSeen(value) || before != null && before.contains(value)) {
            return 0;
        }
        long bytes = scalar >= 0 ? scalar : ofComposite(value, level + 1);
        if (before != null && bytes >= LARGE) {
            before.add(value);
        }
        return bytes;
    }

    private boolean isSeen(Object value) {
        if (all != null) {
            return !all.add(value);
        }
        for (int i = 0; i < seen; i++) {
            if (first[i] == value) {
                return true;
            }
        }
        if (seen == FEW) {
            all = Collections.newSetFromMap(new IdentityHashMap<>());
            Collections.addAll(all, first);
            all.add(value);
        } else {
            first[seen++] = value;
        }
        return false;
    }

    private long ofComposite(Object value, int level) throws ReflectiveOperationException {
        if (value.getClass().isArray()) {
            return ofArray(value, level);
        }
        ObjectShape shape = ObjectShape.of(value.getClass());
        if (shape.isShared()) {
            return 0;
        }
        if (value.getClass().getClassLoader() == null || !shape.isOpen()) {
            long bytes = ofKnownKind(value, level);
            if (bytes >= 0) {
                return bytes;
            }
        }
        long bytes = shape.bytes();
        for (ObjectShape.Getter reference : shape.references()) {
            bytes += of(reference.get(value), level);
        }
        return bytes;
    }

    /** The size of what can be asked for it without reading its fields, or -1. */
    private long ofKnownKind(Object value, int level) throws ReflectiveOperationException {
        if (value instanceof Collection<?> collection) {
            long entry = collection instanceof Set<?> ? HASH_ENTRY : LAYOUT.reference();
            return 40 + collection.size() * entry + ofElements(collection, collection.size(), level);
        }
        if (value instanceof Map<?, ?> map) {
            return 48
                    + map.size() * HASH_ENTRY
                    + ofElements(map.keySet(), map.size(), level)
                    + ofElements(map.values(), map.size(), level);
        }
        if (value instanceof Map.Entry<?, ?> entry) {
            return LAYOUT.object(2L * LAYOUT.reference()) + of(entry.getKey(), level) + of(entry.getValue(), level);
        }
        if (value instanceof java.util.Optional<?> optional) {
            return LAYOUT.object(LAYOUT.reference()) + of(optional.orElse(null), level);
        }
        if (value instanceof BigInteger big) {
            return 40 + LAYOUT.array(big.bitLength() / 8 + 1, 1);
        }
        if (value instanceof BigDecimal big) {
            return 40 + (big.precision() <= 18 ? 0 : of(big.unscaledValue(), level));
        }
        if (value instanceof CharSequence text) {
            return 24 + LAYOUT.array(text instanceof StringBuilder builder ? builder.capacity() : text.length(), 1);
        }
        if (value instanceof ByteBuffer buffer) {
            return 48 + (buffer.isDirect() ? 0 : LAYOUT.array(buffer.capacity(), 1));
        }
        return -1;
    }

    private long ofArray(Object array, int level) throws ReflectiveOperationException {
        int length = Array.getLength(array);
        if (array instanceof Object[] objects) {
            return LAYOUT.references(length) + ofElements(Arrays.asList(objects), length, level);
        }
        return LAYOUT.array(length, LAYOUT.width(array.getClass().getComponentType()));
    }

    private long ofElements(Iterable<?> elements, int size, int level) throws ReflectiveOperationException {
        long sum = 0;
        int counted = 0;
        for (Object element : elements) {
            if (counted == SAMPLE || counted > 0 && left <= 0) {
                break;
            }
            sum += of(element, level);
            counted++;
        }
        return counted == 0 ? 0 : bounded((double) sum * size / counted);
    }
}
