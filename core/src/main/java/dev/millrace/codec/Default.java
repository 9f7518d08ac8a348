/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.codec;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The value of a component for stored data that was written before the component existed:
 *
 * <pre>{@code
 * record Order(String id, @Default("1") int count, @Default String note) {}
 * }</pre>
 *
 * <p>With a literal, for numbers, boolean, char, String and enums: the value that the literal spells. Without one, for
 * every type but a primitive: the empty value, which is an empty collection, map or Optional, and otherwise null.
 * Collections, maps, Optionals and components marked with an annotation named {@code Nullable} need no
 * {@code @Default} for the empty value.
 *
 * <p>On a primitive component that was a box, it also stands for a stored null.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.FIELD, ElementType.RECORD_COMPONENT})
public @interface Default {
    /** One literal, as {@code valueOf} of the type reads it, or none. */
    String[] value() default {};
}
