/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.codec;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The former names of a type, of a component or of an enum constant, for data that was stored under them:
 *
 * <pre>{@code
 * @Renamed(from = "Purchase")
 * record Order(@Renamed(from = {"name", "key"}) String id) {}
 * }</pre>
 *
 * <p>A former name of a type without a dot stands in the package and class that the type stands in now; with a dot it
 * is the binary name, such as {@code shop.Shop$Purchase}. What still has a name of its own comes first: a stored
 * component {@code name} goes to a component {@code name}, if there is one, and not to one that was renamed.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.FIELD, ElementType.RECORD_COMPONENT})
public @interface Renamed {
    /** The former names, in no particular order. */
    String[] from();
}
