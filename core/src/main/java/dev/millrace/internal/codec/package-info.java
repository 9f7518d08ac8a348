/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Bytes for every path: state, journal, Spark's wire. One self-describing, versioned format of declared types; described
 * in docs/formats/codec.md. Also which keys may be kept: those that their own methods and their bytes tell apart in the same way.
 *
 * <p>Odd but intended:
 *
 * <ul>
 *   <li>A table whose keys collide goes over to a hash under a secret of the process ({@code ContentHash}), for its
 *       slots only: partitions and order follow from the stable hash.
 *   <li>The sets and maps that the codec gives back when their elements collide are subclasses put together at run
 *       time on JDK 21 and later ({@code Sequenced}): methods that return types of that JDK cannot be written in a
 *       class for JDK 17.
 *   <li>Types are declared in the configuration of the context, wherever a program says so, and its codec ({@code
 *       DeclaredCodec}) is looked up when it is used.
 * </ul>
 */
@NullMarked
package dev.millrace.internal.codec;

import org.jspecify.annotations.NullMarked;
