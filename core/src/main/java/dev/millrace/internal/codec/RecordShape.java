/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.codec;

import dev.millrace.error.CodecException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A record: by its accessors and its canonical constructor. */
final class RecordShape implements Shape {
    private final List<Component> components;
    private final Method[] accessors;
    private final Constructor<?> constructor;

    RecordShape(Class<?> type) {
        RecordComponent[] declared = type.getRecordComponents();
        components = Arrays.stream(declared)
                .map(component -> Component.of(
                        component.getName(), component.getGenericType(), component, component.getAnnotatedType()))
                .toList();
        accessors = Arrays.stream(declared).map(RecordComponent::getAccessor).toArray(Method[]::new);
        try {
            constructor = type.getDeclaredConstructor(
                    Arrays.stream(declared).map(RecordComponent::getType).toArray(Class<?>[]::new));
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException(e);
        }
        Shape.open(constructor, type);
        for (Method accessor : accessors) {
            Shape.open(accessor, type);
        }
    }

    @Override
    public List<Component> components() {
        return components;
    }

    @Override
    public @Nullable Object[] componentsOf(Object value) {
        @Nullable Object[] values = new Object[accessors.length];
        for (int i = 0; i < values.length; i++) {
            try {
                values[i] = RecordMethods.component(accessors[i], value);
            } catch (IllegalArgumentException e) {
                throw new CodecException(String.valueOf(e.getMessage()), e.getCause());
            }
        }
        return values;
    }

    @Override
    public Object make(@Nullable Object[] values) {
        return Shape.construct(constructor, values);
    }
}
