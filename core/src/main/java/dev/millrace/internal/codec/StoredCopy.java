/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.codec;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Makes what would be read back of a value, without encoding it: a copy of all that is stored, and of nothing else. */
final class StoredCopy {
    private StoredCopy() {}

    static Object of(Object value) {
        if (value instanceof byte[] bytes) {
            return bytes.clone();
        }
        KeyKind kind = KeyKind.of(value.getClass());
        return switch (kind.sort()) {
            case LIST -> ofAll((List<?>) value);
            case SET -> {
                List<Object> copies = ofAll((Set<?>) value);
                yield value instanceof SortedSet<?> ? new TreeSet<>(copies) : CollidingSet.of(copies);
            }
            case MAP -> {
                Map<?, ?> map = (Map<?, ?>) value;
                Map<Object, Object> copy = CollidingMap.of(ofAll(map.keySet()), ofAll(map.values()));
                yield value instanceof SortedMap<?, ?> ? new TreeMap<>(copy) : copy;
            }
            case OPTIONAL -> ((Optional<?>) value).map(StoredCopy::of);
            default -> kind.shape() == null ? value : ofParts(value, kind.shape());
        };
    }

    private static List<Object> ofAll(Collection<?> values) {
        List<Object> copies = new ArrayList<>(values.size());
        values.forEach(element -> copies.add(orNull(element)));
        return copies;
    }

    private static Object ofParts(Object value, Shape shape) {
        @Nullable Object[] parts = shape.componentsOf(value);
        for (int i = 0; i < parts.length; i++) {
            parts[i] = orNull(parts[i]);
        }
        return shape.make(parts);
    }

    @SuppressWarnings("NullAway") // a part may be null
    private static Object orNull(@Nullable Object value) {
        return value == null ? null : of(value);
    }
}
