/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.codec;

import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Sets and maps that come back sorted. */
final class SortedParts {
    private SortedParts() {}

    /** The same if all that is to be ordered is of one type whose order agrees with equals. */
    static Object ifOrdered(Object read) {
        Set<?> keys = read instanceof Map<?, ?> map ? map.keySet() : (Set<?>) read;
        Class<?> type = null;
        for (Object key : keys) {
            if (key == null || type != null && key.getClass() != type || !KeyKind.isOrdered(key.getClass())) {
                return read;
            }
            type = key.getClass();
        }
        return Objects.requireNonNull(of(read));
    }

    /** A set or map in natural order; everything else as it is. */
    static @Nullable Object of(@Nullable Object read) {
        if (read instanceof Set<?> set && !(read instanceof SortedSet<?>)) {
            return new TreeSet<Object>(set);
        } else if (read instanceof Map<?, ?> map && !(read instanceof SortedMap<?, ?>)) {
            return new TreeMap<Object, Object>(map);
        }
        return read;
    }
}
