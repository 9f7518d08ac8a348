/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Step 6 of 8, between {@code execute} and {@code checkpoint}: the outputs of a batch are run or staged, the batch is
 * decided, staged parts are made visible, receipts are written. Batch thread.
 */
@NullMarked
package dev.millrace.internal.commit;

import org.jspecify.annotations.NullMarked;
