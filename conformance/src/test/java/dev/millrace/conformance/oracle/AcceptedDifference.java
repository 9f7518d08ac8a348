/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.conformance.oracle;

import java.util.function.Supplier;

/** Where Millrace is meant to give something else than Spark Streaming; docs/coming-from-spark.md has the same list. */
enum AcceptedDifference {
    KEYS_THAT_HAVE_LEFT_A_WINDOW(
            "a window with an inverse keeps keys whose records have all left it, with what the inverse leaves of them",
            "a key is gone with its last record, whatever is left of its value"),
    COUNT_BEFORE_THE_FIRST_RECORD(
            "`countByWindow` gives nothing until the first record has come, and 0 when the window is empty later",
            "0 for each empty window, as `count` does"),
    INVERSE_WINDOW_WITH_GAPS(
            "a window with an inverse that slides further than it is long counts records between its windows, for keys that"
                    + " the window before did not have",
            "only the window's records count"),
    FILTER_OF_AN_INVERSE_WINDOW(
            "what the filter of a window with an inverse drops is forgotten: later values are wrong, or the batch fails",
            "the filter may be any; it says what the stream gives, not what the window knows"),
    ORDER_OF_A_JOINED_WINDOW(
            "the records of a window are in the order of its batches",
            "those of a window that is joined with another one are laid out by key, in another order");

    private final String there;
    private final String here;

    AcceptedDifference(String there, String here) {
        this.there = there;
        this.here = here;
    }

    String there() {
        return there;
    }

    String here() {
        return here;
    }

    /** The result of Spark Streaming without the difference, made some other way. */
    <T> T without(Supplier<T> otherWay) {
        return otherWay.get();
    }
}
