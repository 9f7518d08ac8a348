/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.internal.changes.ChangeBlock;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.spi.InputSlice;
import dev.millrace.streaming.BatchTime;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * A batch that was decided as one that had no input. Such entries are kept for ever: there are few, and somebody has wanted
 * each.
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

    /** The change that it makes to the entries. */
    byte[] block() {
        ChangeBlock block = new ChangeBlock(ValueCodec.builtIn());
        block.put(time.milliseconds(), List.of(at, reason, inputs));
        return block.toBytes();
    }

    /** The batches of entries that {@link #block} made. */
    static NavigableMap<BatchTime, SkippedBatch> all(KeyedEntries entries) {
        NavigableMap<BatchTime, SkippedBatch> all = new TreeMap<>();
        entries.forEach(ValueCodec.builtIn(), (key, value, touched) -> {
            if (key instanceof Long time && value instanceof List<?> fields) {
                all.put(new BatchTime(time), decoded(new BatchTime(time), fields));
            }
        });
        return all;
    }

    @SuppressWarnings("unchecked")
    private static SkippedBatch decoded(BatchTime time, List<?> fields) {
        return new SkippedBatch(
                time, (long) fields.get(0), (String) fields.get(1), (Map<String, String>) fields.get(2));
    }
}
