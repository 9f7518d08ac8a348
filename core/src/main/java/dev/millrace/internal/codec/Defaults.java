/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.codec;

import dev.millrace.codec.Default;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The values of components for which nothing is stored. */
final class Defaults {
    private Defaults() {}

    /**
     * A maker of the default of a component, or null if it has none.
     *
     * @throws IllegalArgumentException if its literal does not spell a value of its type; the message says what to write
     */
    static @Nullable Supplier<@Nullable Object> of(Component component) {
        Class<?> raw = component.raw();
        Supplier<Object> empty = BuiltIn.empty(raw);
        Default given = component.annotations().getAnnotation(Default.class);
        if (given == null) {
            if (component.nullable() && !raw.isPrimitive()) {
                return () -> null;
            }
            return empty == null ? null : empty::get;
        }
        if (given.value().length == 1) {
            Object value = literal(component, given.value()[0]);
            return () -> value;
        }
        if (given.value().length > 1 || raw.isPrimitive()) {
            throw new IllegalArgumentException("component " + component.name() + " has @Default with "
                    + given.value().length + " literals; write: " + lineFor(component));
        }
        return empty == null ? () -> null : empty::get;
    }

    private static Object literal(Component component, String text) {
        Class<?> type = BuiltIn.boxed(component.raw());
        try {
            if (type == String.class) {
                return text;
            } else if (type == Boolean.class && (text.equals("true") || text.equals("false"))) {
                return Boolean.valueOf(text);
            } else if (type == Character.class && text.length() == 1) {
                return text.charAt(0);
            } else if (type == Byte.class) {
                return Byte.valueOf(text);
            } else if (type == Short.class) {
                return Short.valueOf(text);
            } else if (type == Integer.class) {
                return Integer.valueOf(text);
            } else if (type == Long.class) {
                return Long.valueOf(text);
            } else if (type == Float.class) {
                return Float.valueOf(text);
            } else if (type == Double.class) {
                return Double.valueOf(text);
            }
        } catch (NumberFormatException e) {
            throw badLiteral(component, text);
        }
        if (type.isEnum()) {
            for (Object constant : type.getEnumConstants()) {
                if (((Enum<?>) constant).name().equals(text)) {
                    return constant;
                }
            }
        }
        throw badLiteral(component, text);
    }

    private static IllegalArgumentException badLiteral(Component component, String text) {
        return new IllegalArgumentException("component " + component.name() + " has @Default(\"" + text
                + "\"), which spells no " + component.shortType() + "; write: " + lineFor(component));
    }

    /** A line of source that gives a component a default; the literal is an example. */
    static String lineFor(Component component) {
        Class<?> type = BuiltIn.boxed(component.raw());
        String literal;
        if (type == String.class) {
            literal = "(\"\")";
        } else if (type == Boolean.class) {
            literal = "(\"false\")";
        } else if (type == Character.class) {
            literal = "(\" \")";
        } else if (NumberKind.of(type) != null) {
            literal = "(\"0\")";
        } else if (type.isEnum()) {
            literal = "(\"" + ((Enum<?>) type.getEnumConstants()[0]).name() + "\")";
        } else {
            literal = "";
        }
        return "@Default" + literal + " " + component.shortType() + " " + component.name();
    }
}
