/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.state;

import dev.millrace.streaming.BatchTime;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Values that are known to be immutable: strings, boxes, enums, big numbers, UUIDs, values of {@code java.time}, and tuples,
 * records and Optionals of these. A component counts by its value, unless its declared type says enough. Everything else may
 * change, collections that happen to be unmodifiable among it.
 */
final class Immutables {
    private static final int DEEPEST = 8;
    private static final Set<Class<?>> SCALARS = Set.of(
            String.class,
            Boolean.class,
            Character.class,
            Byte.class,
            Short.class,
            Integer.class,
            Long.class,
            Float.class,
            Double.class,
            BigInteger.class,
            BigDecimal.class,
            UUID.class,
            BatchTime.class);

    private static final ClassValue<Kind> KINDS = new ClassValue<>() {
        @Override
        protected Kind computeValue(Class<?> type) {
            return Kind.of(type);
        }
    };

    private Immutables() {}

    /**
     * The facts known about a class.
     *
     * @param immutable whether its values are immutable, whatever their components are
     * @param components the accessors of a record whose module lets us call them, else null
     * @param open the accessors of those components whose declared types do not say that they are immutable
     */
    private record Kind(boolean immutable, @Nullable List<Method> components, List<Method> open) {
        private static final Kind SCALAR = new Kind(true, null, List.of());
        private static final Kind UNKNOWN = new Kind(false, null, List.of());

        static Kind of(Class<?> type) {
            if (isScalar(type)) {
                return SCALAR;
            }
            return type.isRecord() ? ofRecord(type) : UNKNOWN;
        }

        private static Kind ofRecord(Class<?> type) {
            boolean closed = false;
            List<Method> components = new ArrayList<>();
            List<Method> open = new ArrayList<>();
            for (RecordComponent component : type.getRecordComponents()) {
                Method accessor = component.getAccessor();
                closed |= !accessor.trySetAccessible();
                components.add(accessor);
                if (!saysEnough(component.getType())) {
                    open.add(accessor);
                }
            }
            return new Kind(open.isEmpty(), closed ? null : components, open);
        }

        private static boolean isScalar(Class<?> type) {
            return SCALARS.contains(type)
                    || Enum.class.isAssignableFrom(type)
                    || type.getPackageName().equals("java.time") && Modifier.isFinal(type.getModifiers());
        }

        /** Returns whether each value of a declared type is immutable; a class that is not final may have mutable subclasses. */
        private static boolean saysEnough(Class<?> declared) {
            return declared.isPrimitive()
                    || isScalar(declared) && (Modifier.isFinal(declared.getModifiers()) || declared.isEnum());
        }
    }

    static boolean isKnown(@Nullable Object value) {
        return value == null || value instanceof Long || value instanceof String || isKnown(value, 0);
    }

    private static boolean isKnown(@Nullable Object value, int level) {
        if (value == null) {
            return true;
        }
        Kind kind = KINDS.get(value.getClass());
        if (kind.immutable()) {
            return true;
        }
        if (level == DEEPEST) {
            return false;
        }
        if (value instanceof Optional<?> optional) {
            return isKnown(optional.orElse(null), level + 1);
        }
        if (kind.components() == null) {
            return false;
        }
        for (Method accessor : kind.open()) {
            if (!isKnown(call(accessor, value), level + 1)) {
                return false;
            }
        }
        return true;
    }

    /** The result of an accessor; if it fails, an object that may change and is the same as nothing else. */
    private static @Nullable Object call(Method accessor, Object record) {
        try {
            return accessor.invoke(record);
        } catch (ReflectiveOperationException e) {
            return new Object();
        }
    }

    /** Returns whether two values are the same in each part or, where parts cannot be seen, are one object. */
    static boolean same(@Nullable Object first, @Nullable Object second) {
        if (first == second) {
            return true;
        }
        if (first == null || second == null || first.getClass() != second.getClass()) {
            return false;
        }
        if (first instanceof Optional<?> optional) {
            return same(optional.orElse(null), ((Optional<?>) second).orElse(null));
        }
        Kind kind = KINDS.get(first.getClass());
        if (kind == Kind.SCALAR) {
            return first.equals(second);
        }
        if (kind.components() == null) {
            return false;
        }
        for (Method accessor : kind.components()) {
            if (!same(call(accessor, first), call(accessor, second))) {
                return false;
            }
        }
        return true;
    }
}
