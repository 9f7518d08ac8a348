/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit;

import java.util.ArrayList;
import java.util.List;

/** Compares what readers of an output see with what they should see. */
final class SeenRecords {
    private SeenRecords() {}

    /** The records of these numbers. */
    static <T> List<T> of(OutputUnderTest<T> subject, List<Integer> numbers) {
        List<T> records = new ArrayList<>();
        numbers.forEach(number -> records.add(subject.testRecord(number)));
        return records;
    }

    static <T> boolean equal(List<T> seen, List<T> expected) {
        List<T> left = new ArrayList<>(seen);
        return seen.size() == expected.size() && expected.stream().allMatch(left::remove);
    }

    /** Returns whether each of {@code some} is one of {@code all}. */
    static <T> boolean within(List<T> some, List<T> all) {
        List<T> left = new ArrayList<>(all);
        return some.stream().allMatch(left::remove);
    }

    /** @throws AssertionError if readers see anything else than the records of {@code numbers}, each once */
    static <T> void mustBe(OutputUnderTest<T> subject, String output, List<Integer> numbers, String when)
            throws Exception {
        List<T> expected = of(subject, numbers);
        List<T> seen = subject.read(output);
        if (!equal(seen, expected)) {
            throw new AssertionError(
                    "readers of \"" + output + "\" should see " + expected + " " + when + ", and they see " + seen);
        }
    }
}
