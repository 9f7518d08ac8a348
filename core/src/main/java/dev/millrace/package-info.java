/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Discretized Streams for Java: where a program starts. {@link dev.millrace.MillraceConf} holds its settings, {@link
 * dev.millrace.MillraceContext} makes datasets; streams are in {@code dev.millrace.streaming}.
 */
@NullMarked
package dev.millrace;

import org.jspecify.annotations.NullMarked;
