/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.receive;

import org.jspecify.annotations.Nullable;

/**
 * The description of a logged block.
 *
 * @param stream the name of the input stream
 * @param sequence its place among the blocks of its stream, which are numbered without gaps
 * @param format what the payload's bytes are; the log does not look at them
 * @param records how many records the payload holds
 * @param position where the source is after this block, of the codec's built-in types, or null if it does not say
 */
public record BlockHeader(
        String stream,
        long sequence,
        byte format,
        long records,
        @Nullable Object position) {}
