/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Puts datasets of pairs together by their keys, in tasks of both engines (the phase compute of a batch). A side that is laid out already as
 * a join wants it stays where it is; other sides are moved before. {@code Joins} makes the lineage.
 *
 * <p>Odd but intended:
 *
 * <ul>
 *   <li>Rows of all sides are held, and not those of one side only: the result is in order of keys, which must not depend on
 *       what finds room in memory.
 *   <li>On disk the values of a key that belong to the first side stand behind all others, so that they are gone through once
 *       without being held.
 * </ul>
 */
@NullMarked
package dev.millrace.internal.joins;

import org.jspecify.annotations.NullMarked;
