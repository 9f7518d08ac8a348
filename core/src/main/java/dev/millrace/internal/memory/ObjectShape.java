/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.memory;

import java.lang.ref.Reference;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A class for counting: what an object of it takes itself, and how to get at what it refers to. The fields of a class
 * whose module is not open to us are seen, but cannot be read. The object of such a field is guessed by the type of the field: a final
 * class by its own fields, anything else as {@link #UNKNOWN}; transient fields are taken for empty. Threads may share it.
 */
final class ObjectShape {
    /** The bytes that count for an object of which nothing can be known. */
    static final int UNKNOWN = 64;

    private static final int MOST_GUESSES = 3; // one inside the other
    private static final ObjectLayout LAYOUT = ObjectLayout.CURRENT;
    private static final ClassValue<ObjectShape> SHAPES = new ClassValue<>() {
        @Override
        protected ObjectShape computeValue(Class<?> type) {
            return new ObjectShape(type);
        }
    };

    private final List<Getter> references = new ArrayList<>();
    private final boolean isShared;
    private final long bytes;
    private boolean isOpen = true;

    private ObjectShape(Class<?> type) {
        isShared = isShared(type);
        long fieldBytes = 0;
        long guessed = 0;
        for (Class<?> next = type; next != null && !isShared; next = next.getSuperclass()) {
            for (Field field : instanceFields(next)) {
                fieldBytes += LAYOUT.width(field.getType());
                Getter getter = field.getType().isPrimitive() ? null : getter(field);
                if (getter != null) {
                    references.add(getter);
                } else if (!field.getType().isPrimitive()) {
                    isOpen = false;
                    guessed += guess(field, 0);
                }
            }
        }
        bytes = LAYOUT.object(fieldBytes) + guessed;
    }

    /** Reads what a field refers to. */
    interface Getter {
        @Nullable
        Object get(Object holder) throws ReflectiveOperationException;
    }

    static ObjectShape of(Class<?> type) {
        return Objects.requireNonNull(SHAPES.get(type));
    }

    /** Objects of which there are few, however many refer to them. */
    private static boolean isShared(Class<?> type) {
        return type == Class.class
                || Enum.class.isAssignableFrom(type)
                || ClassLoader.class.isAssignableFrom(type)
                || Thread.class.isAssignableFrom(type)
                || Reference.class.isAssignableFrom(type);
    }

    private static List<Field> instanceFields(Class<?> type) {
        List<Field> fields = new ArrayList<>();
        try {
            for (Field field : type.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers())) {
                    fields.add(field);
                }
            }
        } catch (LinkageError e) {
            // a class that a field names is not there; the object counts without the fields of this class
        }
        return fields;
    }

    private static @Nullable Getter getter(Field field) {
        if (field.trySetAccessible()) {
            return field::get;
        }
        if (field.getDeclaringClass().isRecord()) {
            try {
                Method accessor = field.getDeclaringClass().getMethod(field.getName());
                return accessor.trySetAccessible() ? accessor::invoke : null;
            } catch (NoSuchMethodException e) {
                return null;
            }
        }
        return null;
    }

    private static long guess(Field field, int level) {
        Class<?> type = field.getType();
        if (Modifier.isTransient(field.getModifiers()) || isShared(type)) {
            return 0;
        }
        if (type == String.class || type.isArray() || !Modifier.isFinal(type.getModifiers()) || level == MOST_GUESSES) {
            return UNKNOWN;
        }
        long fieldBytes = 0;
        long guessed = 0;
        for (Class<?> next = type; next != null; next = next.getSuperclass()) {
            for (Field part : instanceFields(next)) {
                fieldBytes += LAYOUT.width(part.getType());
                guessed += part.getType().isPrimitive() ? 0 : guess(part, level + 1);
            }
        }
        return LAYOUT.object(fieldBytes) + guessed;
    }

    /** The object itself, with what is guessed of what it refers to. */
    long bytes() {
        return bytes;
    }

    /** The references that can be read. */
    List<Getter> references() {
        return references;
    }

    /** Returns whether all that it refers to can be read. */
    boolean isOpen() {
        return isOpen;
    }

    /** Returns whether it counts nothing, because others refer to it as well. */
    boolean isShared() {
        return isShared;
    }
}
