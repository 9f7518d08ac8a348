/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.rdd;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A number that is known to lie between two others. The actions of this library that give one compute all of it: the bounds are the
 * number itself then.
 *
 * @param mean the number
 * @param confidence how likely it is that the bounds are right, at most 1
 * @param low the lower bound
 * @param high the upper bound
 */
public record BoundedDouble(double mean, double confidence, double low, double high) {
    static BoundedDouble exactly(double value) {
        return new BoundedDouble(value, 1, value, value);
    }

    static <K> Map<K, BoundedDouble> exactly(Map<K, Long> counts) {
        Map<K, BoundedDouble> exact = new LinkedHashMap<>();
        counts.forEach((key, count) -> exact.put(key, exactly(count)));
        return exact;
    }
}
