/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.memory;

import dev.millrace.Tuple2;
import dev.millrace.Tuple3;
import dev.millrace.Tuple4;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * About how many bytes of heap a value needs, by its shape, with the object layout of a 64-bit JVM below 32 GB. Strings
 * by length, records by their components, collections and arrays by their first elements; a class that is none of these
 * counts as a constant, because its fields cannot be read without opening its module. Meant to be asked for a sample of
 * the records: a few nanoseconds for a string, some hundred for a nested collection.
 */
public final class SizeEstimate {
    private static final int HEADER = 16;
    private static final int REFERENCE = 4;
    private static final int BOX = 16;
    private static final int UNKNOWN = 64;
    private static final int SAMPLE = 8;
    private static final int MOST_LEVELS = 6;

    private static final ClassValue<RecordShape> SHAPES = new ClassValue<>() {
        @Override
        protected RecordShape computeValue(Class<?> type) {
            return RecordShape.of(type);
        }
    };

    private SizeEstimate() {}

    /** A record without what its components refer to, and how to get at that where the module lets us. */
    private record RecordShape(long bytes, List<MethodHandle> references) {
        static RecordShape of(Class<?> type) {
            long bytes = 12;
            List<MethodHandle> references = new ArrayList<>();
            for (RecordComponent component : type.getRecordComponents()) {
                Method accessor = component.getAccessor();
                bytes += component.getType().isPrimitive() ? width(component.getType()) : REFERENCE;
                if (!component.getType().isPrimitive() && accessor.trySetAccessible()) {
                    try {
                        references.add(MethodHandles.lookup().unreflect(accessor));
                    } catch (IllegalAccessException e) {
                        throw new IllegalStateException(e); // it was just made accessible
                    }
                }
            }
            return new RecordShape(aligned(bytes), references);
        }
    }

    public static long of(@Nullable Object value) {
        return of(value, 0);
    }

    private static long of(@Nullable Object value, int level) {
        if (value == null || value instanceof Enum<?>) {
            return 0;
        }
        if (value instanceof String text) {
            return ofString(text);
        }
        if (value instanceof Number number) {
            return number instanceof Long || number instanceof Double ? 24 : number instanceof Integer ? BOX : 40;
        }
        if (value instanceof Boolean || value instanceof Character) {
            return BOX;
        }
        if (level == MOST_LEVELS) {
            return UNKNOWN;
        }
        if (value instanceof Tuple2<?, ?> pair) {
            return 24 + of(pair._1(), level + 1) + of(pair._2(), level + 1);
        }
        return ofComposite(value, level + 1);
    }

    private static long ofString(String text) {
        int length = text.length();
        if (length == 0) {
            return 0;
        }
        boolean wide = text.charAt(0) > 0xFF || text.charAt(length / 2) > 0xFF || text.charAt(length - 1) > 0xFF;
        return 24 + aligned(HEADER + (wide ? 2L * length : length));
    }

    private static long ofComposite(Object value, int level) {
        if (value instanceof Collection<?> collection) {
            int entry = collection instanceof Set<?> ? 44 : REFERENCE;
            return 40 + (long) collection.size() * entry + ofElements(collection, collection.size(), level);
        }
        if (value instanceof Map<?, ?> map) {
            return 48 + map.size() * 44L + ofElements(map.entrySet(), map.size(), level);
        }
        if (value instanceof Map.Entry<?, ?> entry) {
            return of(entry.getKey(), level) + of(entry.getValue(), level);
        }
        if (value instanceof Record) {
            return ofRecord(value, level);
        }
        if (value instanceof Optional<?> optional) {
            return HEADER + of(optional.orElse(null), level);
        }
        return value.getClass().isArray() ? ofArray(value, level) : UNKNOWN;
    }

    private static long ofElements(Iterable<?> elements, int size, int level) {
        long sum = 0;
        int seen = 0;
        for (Object element : elements) {
            if (seen == SAMPLE) {
                break;
            }
            sum += of(element, level);
            seen++;
        }
        return seen == 0 ? 0 : sum * size / seen;
    }

    private static long ofRecord(Object record, int level) {
        if (record instanceof Tuple3<?, ?, ?> t) {
            return 24 + of(t._1(), level) + of(t._2(), level) + of(t._3(), level);
        }
        if (record instanceof Tuple4<?, ?, ?, ?> t) {
            return 32 + of(t._1(), level) + of(t._2(), level) + of(t._3(), level) + of(t._4(), level);
        }
        RecordShape shape = SHAPES.get(record.getClass());
        long bytes = shape.bytes();
        for (MethodHandle accessor : shape.references()) {
            try {
                bytes += of(accessor.invoke(record), level);
            } catch (Throwable e) {
                bytes += UNKNOWN; // an accessor of the program's own that fails
            }
        }
        return bytes;
    }

    private static long ofArray(Object array, int level) {
        int length = Array.getLength(array);
        if (array instanceof Object[] objects) {
            return aligned(HEADER + (long) length * REFERENCE) + ofElements(Arrays.asList(objects), length, level);
        }
        return aligned(HEADER + (long) length * width(array.getClass().getComponentType()));
    }

    private static int width(Class<?> primitive) {
        if (primitive == long.class || primitive == double.class) {
            return 8;
        }
        if (primitive == int.class || primitive == float.class) {
            return 4;
        }
        return primitive == byte.class || primitive == boolean.class ? 1 : 2;
    }

    private static long aligned(long bytes) {
        return (bytes + 7) & ~7L;
    }
}
