/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Immutable sorted files of keyed entries, and what makes one of several: a state is the merge of its runs, and what changes is
 * written into a new one. Entries are encoded keys and values, which are never decoded here. docs/formats/runs.md.
 *
 * <pre>
 *   change blocks --EncodedChanges--+                             +--> RunWriter --> a newer run
 *   entries ----------RunEntries----+--RunCursor--> RunMerge -----+--> loading or showing a state
 *   runs ------------------Run------+                             |
 *                           +-------- RunLookup, for some keys    +    RunLevels says which runs to merge
 * </pre>
 *
 * <p>Odd but intended:
 *
 * <ul>
 *   <li>Keys are in the order of a hash, not of themselves: ranges are not asked for, and so an index of numbers is enough.
 *   <li>Files of a checkpoint and files of the engine differ in where their bytes are, and in nothing else.
 * </ul>
 */
@NullMarked
package dev.millrace.internal.runs;

import org.jspecify.annotations.NullMarked;
