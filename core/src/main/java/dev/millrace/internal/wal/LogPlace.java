/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.wal;

/**
 * Where a block is in the log.
 *
 * @param segment the number of its file
 * @param offset the byte at which its frame begins
 * @param length the bytes of its payload
 */
public record LogPlace(long segment, long offset, int length) {}
