/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.internal.runs.RunLevels;
import java.util.ArrayList;
import java.util.List;

/** Says which of the runs of a step become one, so that each is merged once, though its merge may be due for another at once. */
final class FoldPlan {
    private FoldPlan() {}

    /** Neighbours that become one; one alone stays as it is. */
    record Part(int from, int to) {
        int size() {
            return to - from;
        }
    }

    /**
     * Every place is in one part.
     *
     * @param newestFirst the sizes in bytes
     */
    static List<Part> of(long[] newestFirst) {
        List<Part> parts = new ArrayList<>();
        List<Long> sizes = new ArrayList<>();
        for (int place = 0; place < newestFirst.length; place++) {
            parts.add(new Part(place, place + 1));
            sizes.add(newestFirst[place]);
        }
        while (true) {
            RunLevels.Range range =
                    RunLevels.next(sizes.stream().mapToLong(Long::longValue).toArray());
            if (range == null) {
                return parts;
            }
            List<Part> merged = parts.subList(range.from(), range.to());
            Part whole =
                    new Part(merged.get(0).from(), merged.get(merged.size() - 1).to());
            merged.clear();
            parts.add(range.from(), whole);
            List<Long> summed = sizes.subList(range.from(), range.to());
            long sum = summed.stream().mapToLong(Long::longValue).sum();
            summed.clear();
            sizes.add(range.from(), sum);
        }
    }
}
