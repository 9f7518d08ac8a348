/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.soak;

/**
 * Numbers that came together. If each of them from the first to the last came once, count and sum follow from these two.
 */
record Span(long first, long last, long count, long sum) {
    static Span of(long number) {
        return new Span(number, number, 1, number);
    }

    Span and(Span other) {
        return new Span(Math.min(first, other.first), Math.max(last, other.last), count + other.count, sum + other.sum);
    }

    boolean isWhole() {
        return count == last - first + 1 && sum == (first + last) * count / 2;
    }

    String row() {
        return first + " " + last + " " + count + " " + sum;
    }

    /** Of the parts of a row, beginning there. */
    static Span parse(String[] parts, int from) {
        return new Span(
                Long.parseLong(parts[from]),
                Long.parseLong(parts[from + 1]),
                Long.parseLong(parts[from + 2]),
                Long.parseLong(parts[from + 3]));
    }
}
