/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.codec;

import dev.millrace.error.CodecException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A class that is no record, such as a bean or a Kotlin data class: by its fields, those of superclasses first, without
 * static and transient ones. It is made by the constructor without parameters and then filled, if no field is final; and
 * otherwise by the constructor that takes all fields in order.
 */
final class ClassShape implements Shape {
    private final List<Component> components;
    private final List<Field> fields;
    private final Constructor<?> constructor;
    private final boolean filled;
    private final boolean verified;

    private ClassShape(List<Field> fields, Constructor<?> constructor, boolean filled) {
        this.fields = fields;
        this.constructor = constructor;
        this.filled = filled;
        components = fields.stream()
                .map(field -> Component.of(field.getName(), field.getGenericType(), field, field.getAnnotatedType()))
                .toList();
        verified = !filled && ambiguous();
    }

    static ClassShape of(Class<?> type) {
        List<Field> fields = fieldsOf(type);
        fields.forEach(field -> Shape.open(field, type));
        Class<?>[] types = fields.stream().map(Field::getType).toArray(Class<?>[]::new);
        boolean noneFinal = fields.stream().noneMatch(field -> Modifier.isFinal(field.getModifiers()));
        for (boolean filled : noneFinal ? new boolean[] {true, false} : new boolean[] {false}) {
            try {
                Constructor<?> constructor = type.getDeclaredConstructor(filled ? new Class<?>[0] : types);
                Shape.open(constructor, type);
                return new ClassShape(fields, constructor, filled);
            } catch (NoSuchMethodException e) {
                // the next way, and in the end the error below
            }
        }
        String wanted = Arrays.stream(types).map(Class::getSimpleName).collect(Collectors.joining(", ", "(", ")"));
        throw new CodecException("the class " + type.getName() + " cannot be stored or sent: it has no constructor "
                + type.getSimpleName() + wanted + " that takes its fields in their order"
                + (noneFinal ? ", and none without parameters" : "") + "; add it, or make the class a record");
    }

    private static List<Field> fieldsOf(Class<?> type) {
        List<Class<?>> line = new ArrayList<>();
        for (Class<?> next = type; next != null && next != Object.class; next = next.getSuperclass()) {
            line.add(0, next);
        }
        List<Field> fields = new ArrayList<>();
        for (Class<?> next : line) {
            for (Field field : next.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers()) && !Modifier.isTransient(field.getModifiers())) {
                    if (field.isSynthetic()) {
                        throw new CodecException("the class " + type.getName()
                                + " cannot be stored or sent: it belongs to an object around it; make it static");
                    }
                    if (fields.stream().anyMatch(other -> other.getName().equals(field.getName()))) {
                        throw new CodecException("the class " + type.getName() + " cannot be stored or sent: it and a"
                                + " superclass both have a field " + field.getName() + "; rename one");
                    }
                    fields.add(field);
                }
            }
        }
        return fields;
    }

    /** Returns whether the constructor's parameter types leave open which parameter goes to which field, and no names tell. */
    private boolean ambiguous() {
        Parameter[] parameters = constructor.getParameters();
        if (Arrays.stream(parameters).map(Parameter::getType).distinct().count() == parameters.length) {
            return false;
        }
        for (int i = 0; i < parameters.length; i++) {
            if (!parameters[i].isNamePresent()
                    || !parameters[i].getName().equals(fields.get(i).getName())) {
                return true;
            }
        }
        return false;
    }

    @Override
    public List<Component> components() {
        return components;
    }

    @Override
    public @Nullable Object[] componentsOf(Object value) {
        @Nullable Object[] values = new Object[fields.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = read(fields.get(i), value);
        }
        return values;
    }

    private static @Nullable Object read(Field field, Object value) {
        try {
            return field.get(value);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e); // it was opened
        }
    }

    @Override
    public Object make(@Nullable Object[] values) {
        if (!filled) {
            Object made = Shape.construct(constructor, values);
            if (verified) {
                verify(made, values);
            }
            return made;
        }
        Object made = Shape.construct(constructor);
        for (int i = 0; i < values.length; i++) {
            fill(fields.get(i), made, values[i]);
        }
        return made;
    }

    @SuppressWarnings("NullAway") // a field may be null
    private static void fill(Field field, Object made, @Nullable Object value) {
        try {
            field.set(made, value);
        } catch (IllegalAccessException | IllegalArgumentException | NullPointerException e) {
            throw new CodecException(
                    "stored values do not fit " + made.getClass().getName() + ": " + e.getMessage());
        }
    }

    private void verify(Object made, @Nullable Object[] values) {
        for (int i = 0; i < values.length; i++) {
            Object found = read(fields.get(i), made);
            if (found != values[i] && !Objects.deepEquals(found, values[i])) {
                throw new CodecException("the constructor of " + made.getClass().getName()
                        + " does not put its parameters into the fields in their order: "
                        + fields.get(i).getName() + " is " + found + " and was stored as " + values[i]
                        + "; order the parameters as the fields are, or add a constructor without parameters");
            }
        }
    }
}
