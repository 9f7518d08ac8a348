/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.error.CodecException;
import dev.millrace.internal.codec.Schema;
import dev.millrace.internal.codec.Schemas;
import dev.millrace.internal.codec.StoredType;
import dev.millrace.internal.codec.ValueCodec;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A summary of the contents of a step, which needs no class of its program.
 *
 * @param panes the batch times, in milliseconds, of which it keeps records; empty for state
 * @param entries the keys of a state, or the records of panes
 * @param bytes of keys and values as they are encoded
 * @param keyTypes the types of keys; of panes empty
 * @param valueTypes the types of values, or of panes' records
 * @param schemas of the records, classes and enums that are stored
 */
public record StepSummary(
        List<Long> panes,
        long entries,
        long bytes,
        List<String> keyTypes,
        List<String> valueTypes,
        List<Schema> schemas) {
    private static final int MOST_TYPES = 5;

    static StepSummary of(KeyedEntries entries) {
        Schemas used = new Schemas();
        Set<Long> panes = new TreeSet<>();
        Set<String> keyTypes = new LinkedHashSet<>();
        Set<String> valueTypes = new LinkedHashSet<>();
        long[] sums = new long[2];
        entries.forEachEncoded((key, value) -> {
            entries.schemas().noteUsed(key, used);
            entries.schemas().noteUsed(value, used);
            Long pane = paneOf(key, value);
            if (pane != null) {
                panes.add(pane);
            } else if (keyTypes.size() < MOST_TYPES) {
                keyTypes.add(StoredType.of(key, entries.schemas()));
            }
            if (valueTypes.size() < MOST_TYPES && (pane == null || StoredType.listSize(value) > 0)) {
                String type = StoredType.of(value, entries.schemas());
                valueTypes.add(pane == null ? type : type.substring("List<".length(), type.length() - 1));
            }
            sums[0] += pane == null ? 1 : StoredType.listSize(value);
            sums[1] += key.length + value.length;
        });
        return new StepSummary(
                List.copyOf(panes),
                sums[0],
                sums[1],
                List.copyOf(keyTypes),
                List.copyOf(valueTypes),
                List.copyOf(used.all()));
    }

    /** The batch of an entry of panes: its key is a list of batch time, partition and piece, and its value a list. */
    private static @Nullable Long paneOf(byte[] key, byte[] value) {
        if (StoredType.listSize(key) != 3 || StoredType.listSize(value) < 0) {
            return null;
        }
        try {
            List<?> parts = (List<?>) ValueCodec.builtIn().decodeValue(key, new Schemas());
            return parts != null
                            && parts.get(0) instanceof Long time
                            && parts.get(1) instanceof Integer
                            && parts.get(2) instanceof Integer
                    ? time
                    : null;
        } catch (CodecException e) {
            return null; // a list of the program's own
        }
    }
}
