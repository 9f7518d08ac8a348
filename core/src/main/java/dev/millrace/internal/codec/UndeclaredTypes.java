/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.codec;

import java.lang.reflect.Field;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Finds in a type what would have to be declared so that its values can be encoded. It names a type only if no value of it
 * could be: of what may have other values, such as {@code Object} or a class with subclasses that are declared, the first
 * record tells. For one thread.
 */
final class UndeclaredTypes {
    private final Set<Class<?>> declared;
    private final Set<Class<?>> found = new LinkedHashSet<>();
    private final Set<Type> seen = new HashSet<>();

    private UndeclaredTypes(Set<Class<?>> declared) {
        this.declared = declared;
    }

    static Set<Class<?>> in(Collection<Type> types, Set<Class<?>> declared) {
        UndeclaredTypes undeclared = new UndeclaredTypes(declared);
        types.forEach(type -> undeclared.look(type, false));
        return undeclared.found;
    }

    /** @param named whether a declaration of what names the type will declare it as well, if it is no class with fields */
    private void look(Type type, boolean named) {
        if (!seen.add(type)) {
            return;
        }
        if (type instanceof ParameterizedType generic && generic.getRawType() instanceof Class<?> raw) {
            look(raw, named);
            if (holdsItsArguments(raw)) {
                for (Type argument : generic.getActualTypeArguments()) {
                    look(argument, named);
                }
            }
        } else if (type instanceof WildcardType wildcard) {
            for (Type bound : wildcard.getUpperBounds()) {
                look(bound, named);
            }
        } else if (type instanceof GenericArrayType array) {
            look(array.getGenericComponentType(), named);
        } else if (type instanceof Class<?> known) {
            lookAt(known, named);
        }
    }

    /** Others may have type arguments of which they hold nothing. */
    private static boolean holdsItsArguments(Class<?> raw) {
        return raw.isRecord() || raw.getName().startsWith("java.util.") || DeclaredTypes.BUILT_IN.contains(raw);
    }

    private void lookAt(Class<?> type, boolean named) {
        if (type.isArray()) {
            look(type.getComponentType(), named);
        } else if (DeclaredTypes.BUILT_IN.contains(type)
                || type.isPrimitive()
                || type.getName().startsWith("java.")) {
            return;
        } else if (type.isRecord()) {
            note(type, named || declared.contains(type));
            for (RecordComponent component : type.getRecordComponents()) {
                look(component.getGenericType(), true);
            }
        } else if (type.isEnum()) {
            note(type, named || declared.contains(type));
        } else if (type.isSealed() && Modifier.isAbstract(type.getModifiers())) {
            lookAtPermitted(type, named);
        } else if (!Modifier.isAbstract(type.getModifiers())) {
            note(type, declared.stream().anyMatch(type::isAssignableFrom));
            for (Field field : type.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers()) && !Modifier.isTransient(field.getModifiers())) {
                    look(field.getGenericType(), true);
                }
            }
        }
    }

    /** One that is declared is reason enough to wait for records. */
    private void lookAtPermitted(Class<?> sealed, boolean named) {
        if (!named && declared.stream().noneMatch(sealed::isAssignableFrom)) {
            note(sealed, false);
        }
    }

    private void note(Class<?> type, boolean isDeclared) {
        if (!isDeclared && !type.getSimpleName().isEmpty()) {
            found.add(type);
        }
    }
}
