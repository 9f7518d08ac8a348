/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Input and records that could not be used, put aside in a file a batch. Tasks find them, the batch thread writes them, a
 * source gives them back.
 *
 * <p>Odd but intended:
 *
 * <ul>
 *   <li>The files of batches that a roll back runs again are emptied, not deleted: a source may have read them.
 *   <li>What tasks put aside is encoded and compressed as it comes, and sorted on disk until the file of the batch is
 *       written: the sender of the input decides how much it is.
 * </ul>
 */
@NullMarked
package dev.millrace.internal.quarantine;

import org.jspecify.annotations.NullMarked;
