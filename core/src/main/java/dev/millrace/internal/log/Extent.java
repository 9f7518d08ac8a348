/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.log;

/**
 * The part of a segment that counts, for a copy made while programs go on.
 *
 * @param path of the file in the checkpoint
 * @param bytes how many of its bytes count now; they end with a whole frame
 * @param isClosed whether its writer has gone on to another segment, so that this one never changes
 */
public record Extent(String path, long bytes, boolean isClosed) {}
