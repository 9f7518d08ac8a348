/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.spi.InputSlice;
import dev.millrace.streaming.BatchTime;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A batch that was decided as one that had no input. Such entries are kept for ever: there are few, and an operator has asked
 * for each.
 *
 * @param at when that was, in milliseconds
 * @param inputs what it would have taken, in words, by the names of inputs that had something
 */
public record SkippedBatch(BatchTime time, long at, String reason, Map<String, String> inputs) {
    static SkippedBatch of(JournalRecord.Skip skip, Map<String, InputSlice> slices) {
        Map<String, String> inputs = new TreeMap<>();
        slices.forEach((input, slice) -> {
            if (!slice.isEmpty()) {
                inputs.put(input, slice.description());
            }
        });
        return new SkippedBatch(new BatchTime(skip.time()), skip.at(), skip.reason(), inputs);
    }

    List<Object> encode() {
        return List.of(time.milliseconds(), at, reason, inputs);
    }

    @SuppressWarnings("unchecked")
    static SkippedBatch decode(List<?> fields) {
        return new SkippedBatch(
                new BatchTime((long) fields.get(0)), (long) fields.get(1), (String) fields.get(2), (Map<String, String>)
                        fields.get(3));
    }
}
