/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Outputs that come with the library.
 *
 * <p>Odd but intended:
 *
 * <ul>
 *   <li>Rows of a transactional output are written twice: below {@code rows/} before the decision, into the sink after
 *       it.
 *   <li>Outputs of files sync together ({@code SyncGroup}): what they stage when the batch is decided, what they
 *       publish after each step of all of them. One after the other, a thousand outputs waited for nine thousand syncs
 *       a batch.
 *   <li>The files of a batch are gathered in {@code .staging} and become visible in one rename; what an earlier
 *       program left there is replaced.
 *   <li>A file of receipts first tells again what counts of those before, and then says so: a power failure may bring
 *       back deleted ones.
 *   <li>Two programs may publish the same decided batch after a takeover. A batch is shown when none of its parts is
 *       left in staging, so the second one finds it done.
 * </ul>
 */
@NullMarked
package dev.millrace.internal.io.output;

import org.jspecify.annotations.NullMarked;
