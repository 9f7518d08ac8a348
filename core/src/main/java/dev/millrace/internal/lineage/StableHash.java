/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.lineage;

import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A hash that is the same in every JVM: strings and boxes by their own specified hash, enums by name, records and
 * collections by component. Arrays and classes with the identity hash are refused, because they would send one key to
 * different partitions after a restart or on another machine.
 */
public final class StableHash {
    /** How a class is hashed; found once a class. */
    private interface Hasher {
        int hash(Object value) throws ReflectiveOperationException;
    }

    private static final ClassValue<Hasher> HASHERS = new ClassValue<>() {
        @Override
        protected Hasher computeValue(Class<?> type) {
            return hasherFor(type);
        }
    };

    private StableHash() {}

    public static int of(@Nullable Object value) {
        if (value instanceof String || value instanceof Integer || value instanceof Long) {
            return value.hashCode();
        }
        if (value == null) {
            return 0;
        }
        try {
            return HASHERS.get(value.getClass()).hash(value);
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException("the key " + value + " cannot be read: " + e, e);
        }
    }

    private static Hasher hasherFor(Class<?> type) {
        if (type.isArray()) {
            throw refused(type, "an array's hash is its identity", "use a List or a record");
        }
        if (Enum.class.isAssignableFrom(type)) {
            return value -> ((Enum<?>) value).name().hashCode();
        }
        if (type.isRecord()) {
            return recordHasher(type);
        }
        if (List.class.isAssignableFrom(type)) {
            return value -> {
                int hash = 1;
                for (Object element : (List<?>) value) {
                    hash = 31 * hash + of(element);
                }
                return hash;
            };
        }
        if (Set.class.isAssignableFrom(type)) {
            return value -> ((Set<?>) value).stream().mapToInt(StableHash::of).sum();
        }
        if (Map.class.isAssignableFrom(type)) {
            return value -> ((Map<?, ?>) value)
                    .entrySet().stream()
                            .mapToInt(e -> of(e.getKey()) ^ of(e.getValue()))
                            .sum();
        }
        if (type == Optional.class) {
            return value -> ((Optional<?>) value).map(StableHash::of).orElse(0);
        }
        if (hasIdentityHash(type)) {
            throw refused(type, "it does not define hashCode()", "make it a record");
        }
        return Object::hashCode;
    }

    private static Hasher recordHasher(Class<?> type) {
        RecordComponent[] components = type.getRecordComponents();
        Method[] accessors = new Method[components.length];
        for (int i = 0; i < components.length; i++) {
            accessors[i] = components[i].getAccessor();
            accessors[i].setAccessible(true);
        }
        return value -> {
            int hash = 0;
            for (Method accessor : accessors) {
                hash = 31 * hash + of(accessor.invoke(value));
            }
            return hash;
        };
    }

    private static boolean hasIdentityHash(Class<?> type) {
        try {
            return type.getMethod("hashCode").getDeclaringClass() == Object.class;
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException(e);
        }
    }

    private static IllegalArgumentException refused(Class<?> type, String why, String change) {
        return new IllegalArgumentException("a key of type " + type.getTypeName()
                + " cannot be partitioned: " + why
                + ", so the same key would go to another partition after a restart or on another machine; "
                + change + ", or map it to a key that is equal by value");
    }
}
