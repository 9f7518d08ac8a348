/* SPDX-License-Identifier: Apache-2.0 */
/** Small programs, each one screen; run them with {@code millrace run FILE.java}. */
@NullMarked
package dev.millrace.examples;

import org.jspecify.annotations.NullMarked;
