/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.port;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Keys of configurations, which are ours if the page on configuration has them. */
final class Keys {
    private static final String THEIRS = "spark.streaming.";
    private static final String PAGE = Pages.text("configuration.md");
    private static final Set<String> OURS =
            new TreeSet<>(column("`(millrace\\.[\\w.]+)`").keySet());
    private static final Map<String, String> REFUSED = column("`([\\w.]+)`");
    private static final Map<String, String> RENAMED =
            Map.of(THEIRS + "stopSparkContextByDefault", "millrace.streaming.stopMillraceContextByDefault");

    private Keys() {}

    /** The rows of the page whose first cell is such a key, with what their second cell says. */
    private static Map<String, String> column(String key) {
        Map<String, String> rows = new TreeMap<>();
        Matcher row = Pattern.compile("(?m)^\\| " + key + " \\| ([^|]*) \\|").matcher(PAGE);
        while (row.find()) {
            rows.put(row.group(1), row.group(2));
        }
        return rows;
    }

    static boolean isTheirs(String key) {
        return key.startsWith(THEIRS) && key.length() > THEIRS.length()
                || key.equals("spark.master")
                || key.equals("spark.app.name");
    }

    /** Our spelling, or null if there is no such key. */
    static @Nullable String ours(String theirs) {
        String ours = RENAMED.getOrDefault(theirs, "millrace" + theirs.substring("spark".length()));
        return OURS.contains(ours) ? ours : null;
    }

    static String refusal(String theirs) {
        String instead = theirs.startsWith(THEIRS) ? REFUSED.get(theirs.substring(THEIRS.length())) : null;
        return theirs + ": " + (instead == null ? "there is no such key, and it is refused; remove it" : instead);
    }
}
