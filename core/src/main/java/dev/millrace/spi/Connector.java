/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.spi;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Marks a class that programs make streams by: errors name the program's line that called it, not a line in it. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Connector {}
