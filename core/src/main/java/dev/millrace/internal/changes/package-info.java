/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The change log of a step: blocks of bytes that hold the keys which a batch has changed, and their new values. Steps write them, memory holds them until
 * the batch is decided, and the checkpoint keeps and merges them without decoding.
 */
@NullMarked
package dev.millrace.internal.changes;

import org.jspecify.annotations.NullMarked;
