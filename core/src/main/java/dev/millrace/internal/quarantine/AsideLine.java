/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.quarantine;

import dev.millrace.spi.QuarantinedRecord;

/**
 * A line of a quarantine.
 *
 * @param key operator and place, such that numbers are sorted by value: the identity of the entry in its batch
 * @param operator the operator that met the record
 * @param text the line as it is written
 */
record AsideLine(String key, String operator, String text) {
    private static final int DIGITS = 19;
    private static final String ZEROS = "0".repeat(DIGITS);
    private static final int OBJECTS = 300; // what an entry of a sorted map takes beside its characters

    static AsideLine of(QuarantinedRecord record) {
        return new AsideLine(key(record), record.operator(), JsonLine.of(record));
    }

    static AsideLine parse(String text) {
        QuarantinedRecord record = JsonLine.parse(text);
        return new AsideLine(key(record), record.operator(), text);
    }

    private static String key(QuarantinedRecord record) {
        String place = record.operator() + '\n' + record.place();
        StringBuilder key = new StringBuilder(place.length() + 2 * DIGITS);
        int next = 0;
        while (next < place.length()) {
            int from = next;
            while (next < place.length() && next - from < DIGITS && isDigit(place.charAt(next))) {
                next++;
            }
            if (next == from) {
                key.append(place.charAt(next++));
            } else {
                key.append(ZEROS, next - from, DIGITS).append(place, from, next);
            }
        }
        return key.toString();
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    /** About what the line takes in memory. */
    long bytes() {
        return OBJECTS + key.length() + operator.length() + text.length();
    }
}
