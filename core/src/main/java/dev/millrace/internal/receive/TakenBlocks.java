/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.receive;

import org.jspecify.annotations.Nullable;

/**
 * The blocks that a batch takes from a receiver.
 *
 * @param from the number of its first block
 * @param until one more than the number of its last block
 * @param records how many records they hold
 * @param position where the source was after the last that had a position, or null
 */
public record TakenBlocks(
        long from, long until, long records, @Nullable Object position) {}
