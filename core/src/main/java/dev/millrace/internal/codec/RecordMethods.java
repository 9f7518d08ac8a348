/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.codec;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The way in which a record decides which others it is equal to, by its class file, and the record's components.
 *
 * @param known false if the class file is not to be had, or if the compiler of Kotlin has written the methods, which look as
 *     if they were the program's own; then neither counts as generated
 * @param generatedEquals whether equals is the compiler's, over all components
 * @param generatedHashCode whether hashCode is
 * @param accessors one a component
 */
public record RecordMethods(boolean known, boolean generatedEquals, boolean generatedHashCode, Method[] accessors) {
    private static final System.Logger LOG = System.getLogger("dev.millrace.engine");
    private static final ClassValue<RecordMethods> KNOWN = new ClassValue<>() {
        @Override
        protected RecordMethods computeValue(Class<?> type) {
            return read(type);
        }
    };

    /**
     * @param type of a record
     * @throws java.lang.reflect.InaccessibleObjectException if its module is closed to reflection
     */
    public static RecordMethods of(Class<?> type) {
        return KNOWN.get(type);
    }

    private static RecordMethods read(Class<?> type) {
        Method[] accessors = Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getAccessor)
                .toArray(Method[]::new);
        for (Method accessor : accessors) {
            accessor.setAccessible(true);
        }
        ClassFile file = ClassFile.of(type);
        if (file == null) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "the class file of the record " + type.getName() + " cannot be read, so nobody can tell whether its"
                            + " equals and hashCode are its own: keys of this type are placed by its hashCode, and those"
                            + " that are kept from batch to batch are compared by component whenever two are equal");
            return new RecordMethods(false, false, false, accessors);
        }
        boolean generatedEquals = file.hasGeneratedEquals(accessors.length);
        if (!generatedEquals && isOfKotlin(type)) {
            return new RecordMethods(false, false, false, accessors);
        }
        return new RecordMethods(true, generatedEquals, file.hasGeneratedHashCode(accessors.length), accessors);
    }

    private static boolean isOfKotlin(Class<?> type) {
        return Arrays.stream(type.getAnnotations())
                .anyMatch(annotation -> annotation.annotationType().getName().equals("kotlin.Metadata"));
    }

    /** The component of a record that an accessor gives. */
    public static @Nullable Object component(Method accessor, Object record) {
        try {
            return accessor.invoke(record);
        } catch (InvocationTargetException e) {
            if (e.getTargetException() instanceof Error error) {
                throw error;
            }
            throw unreadable(accessor, e.getTargetException());
        } catch (IllegalAccessException e) {
            throw unreadable(accessor, e);
        }
    }

    private static IllegalArgumentException unreadable(Method accessor, Throwable problem) {
        return new IllegalArgumentException(
                "component " + accessor.getName() + " of "
                        + accessor.getDeclaringClass().getName() + " cannot be read: " + problem,
                problem);
    }
}
