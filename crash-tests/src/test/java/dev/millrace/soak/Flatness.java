/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/** Whether something does not grow in the course of a long life: its last quarter is compared with its second. */
record Flatness(double factor, long slack) {
    private static final int ENOUGH = 8;

    private static long median(List<Long> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    /** @param values one after the other; the first quarter is when a program becomes warm */
    void check(String what, List<Long> values) {
        int quarter = values.size() / 4;
        assertThat(values).as(what + " is told often enough").hasSizeGreaterThanOrEqualTo(ENOUGH);
        long second = median(values.subList(quarter, 2 * quarter));
        long last = median(values.subList(values.size() - quarter, values.size()));
        System.out.printf("soak: %s, median of the second quarter %,d, of the last %,d%n", what, second, last);
        assertThat(last)
                .as("%s in the last quarter, after %d in the second; all of them: %s", what, second, values)
                .isLessThanOrEqualTo((long) (second * factor) + slack);
    }
}
