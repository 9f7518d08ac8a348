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
            new TreeSet<>(column(PAGE, "`(millrace\\.[\\w.]+)`").keySet());
    private static final Map<String, String> WITHOUT_EFFECT = theirs("have no effect");
    private static final Map<String, String> REFUSED = theirs("are refused");
    private static final Map<String, String> RENAMED =
            Map.of(THEIRS + "stopSparkContextByDefault", "millrace.streaming.stopMillraceContextByDefault");

    private Keys() {}

    private static Map<String, String> theirs(String which) {
        return column(Pages.section(PAGE, "Keys of Spark Streaming that " + which), "`([\\w.]+)`");
    }

    /** The rows of a text whose first cell is such a key, with what their second cell says. */
    private static Map<String, String> column(String text, String key) {
        Map<String, String> rows = new TreeMap<>();
        Matcher row = Pattern.compile("(?m)^\\| " + key + " \\| ([^|]*) \\|").matcher(text);
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

    /** Why a key has no effect, or null if it is no such key. */
    static @Nullable String noEffect(String theirs) {
        String why = theirs.startsWith(THEIRS) ? WITHOUT_EFFECT.get(theirs.substring(THEIRS.length())) : null;
        return why == null ? null : theirs + " has no effect: " + why;
    }

    static String refusal(String theirs) {
        String instead = theirs.startsWith(THEIRS) ? REFUSED.get(theirs.substring(THEIRS.length())) : null;
        return theirs + ": " + (instead == null ? "there is no such key, and it is refused; remove it" : instead);
    }
}
