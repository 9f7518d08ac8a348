/* SPDX-License-Identifier: Apache-2.0 */
/** Input that could not be used, put aside in a file a batch. Tasks find it, the batch thread writes it. */
@NullMarked
package dev.millrace.internal.quarantine;

import org.jspecify.annotations.NullMarked;
