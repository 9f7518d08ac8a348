/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.codec;

import dev.millrace.codec.Renamed;
import java.lang.reflect.Modifier;
import org.jspecify.annotations.Nullable;

/** Which types it makes sense to declare. */
public final class Declarable {
    private Declarable() {}

    /**
     * Refuses a declaration of which one part declares nothing.
     *
     * @param declaration its name and line
     */
    public static void check(Object declaration, Class<?>[] declared) {
        for (Class<?> type : declared) {
            String problem = problem(type);
            if (problem != null) {
                throw new IllegalArgumentException(declaration + " " + problem);
            }
        }
    }

    /** The refusal of a declaration that declares nothing, with the change to make; null if it declares something. */
    private static @Nullable String problem(@Nullable Class<?> type) {
        if (type == null) {
            return "is given null; pass classes, such as Order.class";
        }
        boolean open = Modifier.isAbstract(type.getModifiers()) // arrays and primitives are, too
                && !type.isPrimitive()
                && !type.isArray()
                && !type.isSealed()
                && !type.isEnum()
                && !type.getName().startsWith("java.")
                && !type.isAnnotationPresent(Renamed.class);
        return open
                ? "is given " + type.getTypeName() + ", which has no values of its own and does not say which classes"
                        + " have: make it sealed, or declare the classes that extend it"
                : null;
    }
}
