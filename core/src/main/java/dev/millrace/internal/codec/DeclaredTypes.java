/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.codec;

import dev.millrace.Tuple2;
import dev.millrace.Tuple3;
import dev.millrace.Tuple4;
import dev.millrace.error.CodecException;
import dev.millrace.streaming.BatchTime;
import java.io.Serializable;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The classes that may be encoded: those named by the program, and the records, enums and permitted subclasses that
 * their components name. Classes are held, not names, so data can never make the codec load one.
 */
final class DeclaredTypes implements Serializable {
    private static final Set<Class<?>> BUILT_IN = Set.of(Tuple2.class, Tuple3.class, Tuple4.class, BatchTime.class);

    private final Set<Class<?>> classes = new LinkedHashSet<>();
    private transient @Nullable Map<Class<?>, DeclaredType> byClass;
    private transient @Nullable Map<String, DeclaredType> byName;

    DeclaredTypes(Collection<Class<?>> declared) {
        Deque<Type> open = new ArrayDeque<>(declared);
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
        if (BUILT_IN.contains(type)) {
            return;
        }
        if (type.isSealed()) {
            for (Class<?> permitted : type.getPermittedSubclasses()) {
                open.push(permitted);
            }
        }
        if (type.isEnum()) {
            classes.add(type);
        } else if (type.isRecord() && classes.add(type)) {
            for (RecordComponent component : type.getRecordComponents()) {
                open.push(component.getGenericType());
            }
        }
    }

    DeclaredType of(Object value) {
        Class<?> type = value instanceof Enum<?> constant ? constant.getDeclaringClass() : value.getClass();
        DeclaredType declared = index().get(type);
        if (declared == null) {
            String change = type.isRecord() || type.isEnum()
                    ? "declare it: conf.registerTypes(" + type.getSimpleName() + ".class)"
                    : "make it a record, or use strings, boxes, java.time values and collections of them";
            throw new CodecException("a value of type " + type.getTypeName()
                    + " cannot be stored or sent: the type is not declared; " + change);
        }
        return declared;
    }

    DeclaredType named(Schema schema) {
        index();
        DeclaredType declared = byName == null ? null : byName.get(schema.typeName());
        if (declared == null) {
            throw new CodecException("stored data has values of type " + schema.typeName()
                    + ", which this program does not declare; declare it with conf.registerTypes(...)");
        }
        if (!declared.schema().equals(schema)) {
            throw new CodecException("stored values of " + schema.typeName() + " have the components "
                    + schema.fields() + ", the class has " + declared.schema().fields()
                    + "; bring back the stored components");
        }
        return declared;
    }

    private synchronized Map<Class<?>, DeclaredType> index() {
        if (byClass == null) {
            Map<Class<?>, DeclaredType> types = new LinkedHashMap<>();
            Map<String, DeclaredType> names = new LinkedHashMap<>();
            for (Class<?> type : classes) {
                DeclaredType declared = new DeclaredType(type);
                types.put(type, declared);
                names.put(type.getName(), declared);
            }
            byName = names;
            byClass = types;
        }
        return byClass;
    }
}
