/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.conf;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The values that a program set, read through their options. */
public final class Settings {
    private static final System.Logger LOG = System.getLogger("dev.millrace.conf");
    private static final String OURS = "millrace.";
    private static final Map<String, Option<?>> OPTIONS =
            Options.all().stream().collect(Collectors.toMap(Option::key, option -> option, (a, b) -> a, TreeMap::new));

    private final Map<String, String> values = new TreeMap<>();

    /** The same values, to be changed on their own. */
    public Settings copy() {
        Settings copy = new Settings();
        copy.values.putAll(values);
        return copy;
    }

    /** Forgets a key, in either spelling. */
    public void remove(String key) {
        String ours = SparkKeys.ours(key);
        values.remove(ours);
        values.remove(SparkKeys.spelling(ours));
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
        String text = given(option.key());
        return text == null ? option.defaultText() : text;
    }

    /** The value that the program has written for a key, in this spelling or the other one; null for none. */
    public @Nullable String given(String key) {
        String ours = SparkKeys.ours(key);
        String text = values.get(ours);
        return text == null ? values.get(SparkKeys.spelling(ours)) : text;
    }

    /** Everything that is wrong with the keys and values, each with the change to make. */
    public List<String> problems() {
        List<String> problems = new ArrayList<>();
        values.forEach((key, value) -> problem(key, value).ifPresent(problems::add));
        return problems;
    }

    private Optional<String> problem(String key, String value) {
        Option<?> option = OPTIONS.get(SparkKeys.ours(key));
        if (option != null) {
            return problem(option, key, value);
        }
        if (!key.startsWith(OURS) && !key.startsWith(SparkKeys.PREFIX)) {
            return Optional.empty(); // of Spark's engine, or of the program's own
        }
        Optional<String> noEffect = SparkKeys.noEffect(key);
        if (noEffect.isPresent()) {
            LOG.log(System.Logger.Level.WARNING, "{0} has no effect: {1}; remove it", key, noEffect.get());
            return Optional.empty();
        }
        return Optional.of(SparkKeys.refusal(key)
                .map(advice -> key + " has no counterpart: " + advice)
                .orElseGet(() -> "unknown key " + key + "; did you mean " + nearest(key) + "?"));
    }

    private Optional<String> problem(Option<?> option, String key, String value) {
        if (!key.equals(option.key())) {
            String other = values.get(option.key());
            if (other != null && !other.equals(value)) {
                return Optional.of(key + " is \"" + value + "\" and " + option.key() + " is \"" + other
                        + "\", which are one setting; keep one of them");
            }
            LOG.log(System.Logger.Level.WARNING, "{0} is read as {1}; write it so", key, option.key());
        }
        try {
            option.parse(value);
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of(key + " is \"" + value + "\"; it must be " + e.getMessage());
        }
    }

    private static String nearest(String key) {
        return Nearest.of(key, key.startsWith(OURS) ? OPTIONS.keySet() : SparkKeys.known())
                .orElseThrow();
    }
}
