/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.codec;

import dev.millrace.error.CodecException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;

/** A record or enum class that may be encoded, with what reflection needs, looked up once. */
final class DeclaredType {
    private final Class<?> type;
    private final Schema schema;
    private final int fingerprint;
    private final List<Method> accessors = new ArrayList<>();
    private final Constructor<?>[] constructor;

    DeclaredType(Class<?> type) {
        this.type = type;
        if (type.isEnum()) {
            schema = new Schema(Schema.Kind.ENUM, type.getName(), List.of());
            constructor = new Constructor<?>[0];
        } else {
            RecordComponent[] components = type.getRecordComponents();
            List<String> names = new ArrayList<>();
            Class<?>[] types = new Class<?>[components.length];
            for (int i = 0; i < components.length; i++) {
                names.add(components[i].getName());
                types[i] = components[i].getType();
                Method accessor = components[i].getAccessor();
                accessor.setAccessible(true);
                accessors.add(accessor);
            }
            schema = new Schema(Schema.Kind.RECORD, type.getName(), names);
            constructor = new Constructor<?>[] {canonical(types)};
        }
        fingerprint = schema.fingerprint();
    }

    private Constructor<?> canonical(Class<?>[] types) {
        try {
            Constructor<?> found = type.getDeclaredConstructor(types);
            found.setAccessible(true);
            return found;
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException(e);
        }
    }

    Class<?> type() {
        return type;
    }

    Schema schema() {
        return schema;
    }

    int fingerprint() {
        return fingerprint;
    }

    Object[] componentsOf(Object value) {
        Object[] components = new Object[accessors.size()];
        for (int i = 0; i < components.length; i++) {
            try {
                components[i] = accessors.get(i).invoke(value);
            } catch (IllegalAccessException | InvocationTargetException e) {
                throw new CodecException(
                        "component " + schema.fields().get(i) + " of " + type.getName() + " cannot be read: " + e);
            }
        }
        return components;
    }

    Object make(Object[] components) {
        try {
            return constructor[0].newInstance(components);
        } catch (InvocationTargetException e) {
            throw new CodecException(
                    "the constructor of " + type.getName() + " refused stored values: " + e.getTargetException());
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            throw new CodecException("stored values do not fit " + type.getName() + ": " + e);
        }
    }

    Object constant(String name) {
        for (Object constant : type.getEnumConstants()) {
            if (((Enum<?>) constant).name().equals(name)) {
                return constant;
            }
        }
        throw new CodecException("enum " + type.getName() + " has no constant " + name
                + " any more, and stored data uses it; put it back");
    }
}
