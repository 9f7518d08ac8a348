/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.graph;

import dev.millrace.internal.lineage.Operator;
import java.util.List;

/** The rule for streams that are put together batch by batch: all must have their batches at the same times. */
final class OneSlide {
    private OneSlide() {}

    static List<String> problems(Operator operator, List<? extends StreamNode<?>> parts) {
        StreamNode<?> first = parts.get(0);
        for (StreamNode<?> part : parts) {
            if (!part.slide().equals(first.slide())) {
                return List.of(operator + ": " + first + " has a batch each "
                        + first.slide().toMillis() + " ms and " + part + " each "
                        + part.slide().toMillis() + " ms; give both windows the same slide");
            }
        }
        return List.of();
    }
}
