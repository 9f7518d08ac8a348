/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.benchmarks.kafka;

/** The programs that both sides run, over records with texts as key and value. */
enum Program {
    /** Every second record goes on, changed. */
    MAP_FILTER,
    /** Each key is counted. */
    COUNT,
    /** The same, a record for each record, with its value. */
    COUNT_EACH;

    /** Returns whether a record goes on. */
    static boolean goesOn(String value) {
        return value.charAt(value.length() - 1) == Records.GOES_ON;
    }

    static String change(String value) {
        return value.replace('x', 'y');
    }

    /** The time at which a record was made goes on with its count. */
    static String counted(String value, long count) {
        return value.substring(0, Records.STAMP) + count;
    }
}
