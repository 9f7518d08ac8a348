/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Input and records that could not be used, put aside in a file a batch. Tasks find them, the batch thread writes them, a
 * source gives them back.
 */
@NullMarked
package dev.millrace.internal.quarantine;

import org.jspecify.annotations.NullMarked;
