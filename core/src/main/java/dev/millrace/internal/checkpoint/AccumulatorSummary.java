/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.internal.codec.ValueCodec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A durable accumulator as it is stored, which needs no class of its program.
 *
 * @param sum null for a collection
 * @param count how often something was added to a sum, or how many values a collection has
 */
public record AccumulatorSummary(String name, @Nullable Number sum, long count) {
    /** A sum is one entry, by its name; a collection has an entry for each value, by its name and a number. */
    static List<AccumulatorSummary> of(KeyedEntries entries) {
        List<AccumulatorSummary> all = new ArrayList<>();
        Map<String, Long> values = new LinkedHashMap<>();
        entries.forEachEncoded((key, value) -> {
            List<?> parts = decode(key, entries);
            String name = (String) parts.get(0);
            if (parts.size() == 1) {
                List<?> sum = decode(value, entries);
                all.add(new AccumulatorSummary(name, (Number) sum.get(0), (long) sum.get(1)));
            } else {
                values.merge(name, 1L, Long::sum);
            }
        });
        values.forEach((name, count) -> all.add(new AccumulatorSummary(name, null, count)));
        return all;
    }

    private static List<?> decode(byte[] bytes, KeyedEntries entries) {
        return (List<?>) Objects.requireNonNull(ValueCodec.builtIn().decodeValue(bytes, entries.schemas()));
    }
}
