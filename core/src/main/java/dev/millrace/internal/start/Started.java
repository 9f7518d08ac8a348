/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.start;

import dev.millrace.internal.runtime.OutputCommitter;
import dev.millrace.spi.InputSlice;
import dev.millrace.streaming.BatchTime;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A program that has taken its checkpoint over.
 *
 * @param lastDecided the last batch that was complete before, or null
 * @param resumption where it goes on, for people; null at the very first start
 * @param again the batches to run again, in order, with what they take
 */
public record Started(
        StartTimes times,
        @Nullable BatchTime lastDecided,
        @Nullable String resumption,
        Map<BatchTime, Map<String, InputSlice>> again,
        OutputCommitter committer) {}
