/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.codec;

import dev.millrace.Tuple2;
import dev.millrace.Tuple3;
import dev.millrace.Tuple4;
import dev.millrace.error.CodecException;
import dev.millrace.streaming.BatchTime;
import java.io.Serializable;
import java.lang.reflect.Field;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The classes that may be encoded: those named by the program, and the records, enums and permitted subclasses that
 * their components name; a class that is no record only if it is named, or permitted by a sealed type. Classes are held,
 * not names, so data can never make the codec load one.
 */
final class DeclaredTypes implements Serializable {
    static final Set<Class<?>> BUILT_IN = Set.of(Tuple2.class, Tuple3.class, Tuple4.class, BatchTime.class);

    private final Set<Class<?>> classes = new LinkedHashSet<>();
    private final Set<Class<?>> supertypes = new LinkedHashSet<>(); // that only name others; they may be renamed too
    private transient volatile @Nullable TypeIndex index;

    DeclaredTypes(Collection<Class<?>> declared) {
        Deque<Type> open = new ArrayDeque<>();
        for (Class<?> type : declared) {
            if (isPlainClass(type)) {
                addPlainClass(type, open);
            } else {
                open.add(type);
            }
        }
        while (!open.isEmpty()) {
            Type next = open.pop();
            if (next instanceof ParameterizedType generic) {
                open.push(generic.getRawType());
                for (Type argument : generic.getActualTypeArguments()) {
                    open.push(argument);
                }
            } else if (next instanceof WildcardType wildcard) {
                for (Type bound : wildcard.getUpperBounds()) {
                    open.push(bound);
                }
            } else if (next instanceof GenericArrayType array) {
                open.push(array.getGenericComponentType());
            } else if (next instanceof Class<?> type) {
                addClass(type, open);
            }
        }
    }

    private void addClass(Class<?> type, Deque<Type> open) {
        if (BUILT_IN.contains(type) || type.isPrimitive() || type.getName().startsWith("java.")) {
            return;
        }
        if (type.isEnum()) {
            classes.add(type);
        } else if (type.isRecord() && classes.add(type)) {
            for (RecordComponent component : type.getRecordComponents()) {
                open.push(component.getGenericType());
            }
        } else if (!type.isRecord() && supertypes.add(type) && type.isSealed()) {
            for (Class<?> permitted : type.getPermittedSubclasses()) {
                if (isPlainClass(permitted)) {
                    addPlainClass(permitted, open);
                }
                open.push(permitted);
            }
        }
    }

    private static boolean isPlainClass(Class<?> type) {
        return !type.isRecord()
                && !type.isEnum()
                && !type.isInterface()
                && !type.isArray()
                && !type.isPrimitive()
                && !Modifier.isAbstract(type.getModifiers())
                && !BUILT_IN.contains(type)
                && !type.getName().startsWith("java.");
    }

    private void addPlainClass(Class<?> type, Deque<Type> open) {
        if (classes.add(type)) {
            for (Class<?> next = type; next != null; next = next.getSuperclass()) {
                for (Field field : next.getDeclaredFields()) {
                    open.push(field.getGenericType());
                }
            }
        }
    }

    /** The declared type of a value. */
    DeclaredType of(Object value) {
        Class<?> type = value instanceof Enum<?> constant ? constant.getDeclaringClass() : value.getClass();
        DeclaredType declared = index().ofClass(type);
        if (declared == null) {
            throw undeclared(type);
        }
        return declared;
    }

    private static CodecException undeclared(Class<?> type) {
        String found =
                "a value of type " + type.getTypeName() + " cannot be stored or sent: the type is not declared; ";
        if (type.getSimpleName().isEmpty() || !type.isRecord() && !type.isEnum() && !isPlainClass(type)) {
            return new CodecException(
                    found + "make it a record, or use strings, boxes, java.time values and collections of them");
        }
        List<String> problems = new DeclaredTypes(List.of(type)).problems();
        return new CodecException(
                problems.isEmpty()
                        ? found + "declare it: registerTypes(" + type.getSimpleName() + ".class)"
                        : problems.get(0)
                                + "; or, if it is not yours, map its values to a record, strings or boxes first");
    }

    /** The resolver by which stored values of a schema are read. */
    Resolver resolver(Schema stored) {
        return index().resolver(stored);
    }

    /** The schemas of all types that can be encoded. */
    Schemas schemas() {
        Schemas all = new Schemas();
        index().addSchemas(all);
        return all;
    }

    /** The types that are still to be declared for values of some types. */
    Set<Class<?>> undeclared(Collection<Type> of) {
        return UndeclaredTypes.in(of, classes);
    }

    /** The problems of the classes themselves. */
    List<String> problems() {
        try {
            return index().problems();
        } catch (CodecException e) {
            return List.of(e.getMessage());
        }
    }

    private TypeIndex index() {
        TypeIndex present = index;
        if (present == null) {
            present = new TypeIndex(classes, supertypes);
            index = present; // two threads may both make one, and both are right
        }
        return present;
    }
}
