/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.soak;

import java.util.Map;
import java.util.TreeMap;

/**
 * A line of text that a program writes of itself from time to time.
 *
 * @param heap bytes in use after a full collection
 * @param threads how many live
 * @param files how many file descriptors are open
 * @param batches how many were completed in this life
 * @param delay the longest total delay of a batch since the sample before, in ms
 * @param sessions how many honest sessions are open
 */
record Sample(long heap, long threads, long files, long batches, long delay, long sessions) {
    private static final String BEGIN = "sample";
    private static final String END = " .";

    String line() {
        return BEGIN + " heap=" + heap + " threads=" + threads + " files=" + files + " batches=" + batches + " delay="
                + delay + " sessions=" + sessions + END;
    }

    static boolean isOne(String line) {
        return line.startsWith(BEGIN) && line.endsWith(END); // else its teller was killed
    }

    static Sample parse(String line) {
        Map<String, Long> values = new TreeMap<>();
        for (String part :
                line.substring(BEGIN.length() + 1, line.length() - END.length()).split(" ")) {
            int equals = part.indexOf('=');
            values.put(part.substring(0, equals), Long.parseLong(part.substring(equals + 1)));
        }
        return new Sample(
                values.get("heap"),
                values.get("threads"),
                values.get("files"),
                values.get("batches"),
                values.get("delay"),
                values.get("sessions"));
    }
}
