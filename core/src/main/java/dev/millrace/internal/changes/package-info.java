/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What a step changed in a batch, as blocks of bytes: keys, and what becomes of each. Steps write them, memory holds them until
 * the batch is decided, and the checkpoint keeps and merges them without decoding.
 */
@NullMarked
package dev.millrace.internal.changes;

import org.jspecify.annotations.NullMarked;
