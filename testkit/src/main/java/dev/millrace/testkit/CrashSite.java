/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit;

import dev.millrace.internal.crash.CrashPoint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A place to crash: a point of the durable path, and how often it is passed before. Written {@code DECIDED#2}: when
 * {@code DECIDED} is reached for the second time.
 *
 * @param point the name of the point
 * @param occurrence the how manyth time, counted from 1
 */
public record CrashSite(String point, int occurrence) {
    public CrashSite {
        if (!points().contains(point)) {
            throw new IllegalArgumentException("there is no crash point " + point + "; there are " + points());
        }
        if (occurrence < 1) {
            throw new IllegalArgumentException("occurrence " + occurrence + " of " + point + "; they count from 1");
        }
    }

    /** Reads {@code POINT#occurrence}. */
    public static CrashSite parse(String text) {
        int hash = text.indexOf('#');
        try {
            return new CrashSite(text.substring(0, hash), Integer.parseInt(text.substring(hash + 1)));
        } catch (IndexOutOfBoundsException | NumberFormatException e) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is no crash site; write POINT#occurrence, such as DECIDED#1");
        }
    }

    /** The names of all points, in order of a batch's path. */
    public static List<String> points() {
        return Arrays.stream(CrashPoint.values()).map(Enum::name).toList();
    }

    /** Every point with its first {@code occurrences} occurrences. */
    public static List<CrashSite> all(int occurrences) {
        List<CrashSite> sites = new ArrayList<>();
        for (String point : points()) {
            for (int occurrence = 1; occurrence <= occurrences; occurrence++) {
                sites.add(new CrashSite(point, occurrence));
            }
        }
        return sites;
    }

    @Override
    public String toString() {
        return point + "#" + occurrence;
    }
}
