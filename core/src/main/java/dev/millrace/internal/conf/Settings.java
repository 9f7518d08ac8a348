/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.conf;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The values that a program set, read through their options. */
public final class Settings {
    private static final System.Logger LOG = System.getLogger("dev.millrace.conf");
    private static final String OURS = "millrace.";
    private static final String SPARK_STREAMING = "spark.streaming.";

    private final Map<String, String> values = new TreeMap<>();

    /** The same values, to be changed on their own. */
    public Settings copy() {
        Settings copy = new Settings();
        copy.values.putAll(values);
        return copy;
    }

    public void set(String key, String value) {
        values.put(key, value);
    }

    public Map<String, String> values() {
        return values;
    }

    public <T extends @Nullable Object> T get(Option<T> option) {
        return option.parse(text(option));
    }

    /** The value as the program has written it, or the default. */
    public String text(Option<?> option) {
        String text = values.get(option.key());
        if (text == null) {
            text = values.get(sparkSpelling(option.key()));
        }
        return text == null ? option.defaultText() : text;
    }

    /** Everything that is wrong with the keys and values, each with the change to make. */
    public List<String> problems() {
        List<String> problems = new ArrayList<>();
        values.forEach((key, value) -> {
            Optional<Option<?>> option = Options.all().stream()
                    .filter(candidate -> candidate.key().equals(key)
                            || sparkSpelling(candidate.key()).equals(key))
                    .findFirst();
            if (option.isPresent()) {
                if (key.startsWith(SPARK_STREAMING)) {
                    LOG.log(
                            System.Logger.Level.WARNING,
                            "{0} is read as {1}; write it so",
                            key,
                            option.get().key());
                }
                try {
                    option.get().parse(value);
                } catch (IllegalArgumentException e) {
                    problems.add(key + " is \"" + value + "\"; it must be " + e.getMessage());
                }
            } else if (key.startsWith(OURS)) {
                problems.add("unknown key " + key + "; did you mean " + nearest(key) + "?");
            } else if (key.startsWith(SPARK_STREAMING)) {
                LOG.log(System.Logger.Level.WARNING, "{0} has no counterpart here and is ignored; remove it", key);
            }
        });
        return problems;
    }

    private static String sparkSpelling(String key) {
        return key.startsWith(OURS + "streaming.") ? "spark" + key.substring("millrace".length()) : key;
    }

    private static String nearest(String key) {
        return Nearest.of(key, Options.all().stream().map(Option::key).toList()).orElseThrow();
    }
}
