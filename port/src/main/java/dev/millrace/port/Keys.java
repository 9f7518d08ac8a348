/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.port;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Keys of configurations, which are ours if the page on configuration has them. */
final class Keys {
    private static final String THEIRS = "spark.streaming.";
    private static final Set<String> OURS = ours();

    private Keys() {}

    private static Set<String> ours() {
        Set<String> keys = new TreeSet<>();
        Matcher row = Pattern.compile("(?m)^\\| `(millrace\\.[\\w.]+)` \\|").matcher(Pages.text("configuration.md"));
        while (row.find()) {
            keys.add(row.group(1));
        }
        return keys;
    }

    static boolean isTheirs(String key) {
        return key.startsWith(THEIRS) && key.length() > THEIRS.length()
                || key.equals("spark.master")
                || key.equals("spark.app.name");
    }

    /** Our spelling, or null if there is no such key. */
    static @Nullable String ours(String theirs) {
        String ours = "millrace" + theirs.substring("spark".length());
        return OURS.contains(ours) ? ours : null;
    }

    static String refusal(String theirs) {
        return theirs + " has no counterpart; remove it, or see the page on configuration for another way";
    }
}
