/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.random;

import dev.millrace.MillraceContext;
import dev.millrace.rdd.LongAccumulator;
import dev.millrace.streaming.DStreamLike;
import dev.millrace.streaming.StreamingContext;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Counts the records of streams in durable accumulators, which must be exact however often their program is stopped and killed.
 */
final class CountedRecords {
    /** Of the program's newest life. */
    private final Map<String, LongAccumulator> counts = new TreeMap<>();

    /** Has the records of a stream be counted; to be called at each start of the program. */
    void count(String name, DStreamLike<?, ?, ?> stream, StreamingContext streaming) {
        MillraceContext context = streaming.millraceContext();
        LongAccumulator count = context.durable(context.longAccumulator("records of " + name));
        counts.put(name, count);
        stream.foreachRDD("count " + name, rdd -> rdd.foreach(any -> count.add(1)));
    }

    /** @throws IllegalStateException if there are not as many as the streams have given */
    void check(Map<String, List<List<Object>>> given) {
        counts.forEach((name, count) -> {
            long right = given.getOrDefault(name, List.of()).stream()
                    .mapToLong(List::size)
                    .sum();
            if (count.value() != right) {
                throw new IllegalStateException("the durable accumulator of the records of " + name + " holds "
                        + count.value() + ", and there were " + right);
            }
        });
    }
}
