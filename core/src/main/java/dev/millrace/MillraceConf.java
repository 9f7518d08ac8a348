/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace;

import dev.millrace.internal.conf.Quantities;
import dev.millrace.internal.conf.Settings;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a program: {@code millrace.*} keys, listed in docs/configuration.md. A known key in its {@code
 * spark.streaming.*} spelling is accepted with a warning; other {@code spark.*} keys go to Spark. All problems are
 * reported together when a context is made. Not thread safe.
 */
public final class MillraceConf {
    private static final String TIME = "a time such as 200ms, 2s, 5min or 1d";
    private static final String SIZE = "a size such as 512k, 32m or 1g";
    private static final Pattern SECRET = Pattern.compile("(?i)secret|password|token|access[.]?key");

    private final Settings settings;
    private final Set<Class<?>> types = new LinkedHashSet<>();

    /** Makes a configuration in which nothing is set. */
    public MillraceConf() {
        this(false);
    }

    /**
     * Makes a configuration, with {@code loadDefaults} of the system properties that begin with {@code millrace.} or {@code
     * spark.}.
     */
    public MillraceConf(boolean loadDefaults) {
        this(new Settings());
        if (loadDefaults) {
            Properties properties = System.getProperties();
            for (String key : properties.stringPropertyNames()) {
                if (key.startsWith("millrace.") || key.startsWith("spark.")) {
                    set(key, properties.getProperty(key));
                }
            }
        }
    }

    private MillraceConf(Settings settings) {
        this.settings = settings;
    }

    /**
     * Sets where the program runs, such as {@code local[*]} or {@code spark:local[2]}; the same as setting {@code
     * millrace.master}. Returns this.
     */
    public MillraceConf setMaster(String master) {
        return set("millrace.master", master);
    }

    /** Sets the name under which people see the program; the same as setting {@code millrace.app.name}. Returns this. */
    public MillraceConf setAppName(String name) {
        return set("millrace.app.name", name);
    }

    /**
     * Sets one key; a later value replaces an earlier one. A key or value that is wrong is reported when a context is
     * made. Returns this.
     */
    public MillraceConf set(String key, String value) {
        settings.set(key, value);
        return this;
    }

    /** Sets a key, unless it is set. Returns this. */
    public MillraceConf setIfMissing(String key, String value) {
        return contains(key) ? this : set(key, value);
    }

    /** Sets each key of a map. Returns this. */
    public MillraceConf setAll(Map<String, String> values) {
        values.forEach(this::set);
        return this;
    }

    /** Forgets what was set for a key. Returns this. */
    public MillraceConf remove(String key) {
        settings.remove(key);
        return this;
    }

    /** Sets the jars that Spark's executors load; the same as setting {@code spark.jars}. Returns this. */
    public MillraceConf setJars(String... jars) {
        return set("spark.jars", String.join(",", jars));
    }

    /** Sets an environment variable of Spark's executors; the same as setting {@code spark.executorEnv.VARIABLE}. Returns this. */
    public MillraceConf setExecutorEnv(String variable, String value) {
        return set("spark.executorEnv." + variable, value);
    }

    /**
     * Declares types that may be stored in a checkpoint or sent between machines: records, enums and sealed types, with
     * all such types that their components name, and classes with fields, each of which must be declared itself. How they
     * may change from one version of a program to the next: docs/guide/upgrading-state-types.md. A streaming program rather
     * calls {@code registerTypes} of its StreamingContext, where its streams are built and tests find it.
     */
    public MillraceConf registerTypes(Class<?>... declared) {
        synchronized (types) { // tasks ask for them
            types.addAll(List.of(declared));
        }
        return this;
    }

    /** The value that was set for {@code key}, in this spelling of it or the other one, or null. Defaults are not set. */
    public @Nullable String get(String key) {
        return settings.given(key);
    }

    /** The value that was set for {@code key}, or else {@code defaultValue}. */
    public String get(String key, String defaultValue) {
        String value = get(key);
        return value == null ? defaultValue : value;
    }

    /** The value that was set for {@code key}, if one was. */
    public Optional<String> getOption(String key) {
        return Optional.ofNullable(get(key));
    }

    /** Returns whether a value was set for {@code key}. */
    public boolean contains(String key) {
        return get(key) != null;
    }

    /** The values whose keys begin with {@code prefix}, by the rest of their keys. */
    public Map<String, String> getAllWithPrefix(String prefix) {
        Map<String, String> found = new TreeMap<>();
        settings.values().forEach((key, value) -> {
            if (key.startsWith(prefix)) {
                found.put(key.substring(prefix.length()), value);
            }
        });
        return found;
    }

    /**
     * The value as a whole number.
     *
     * @throws IllegalArgumentException if it is none
     */
    public int getInt(String key, int defaultValue) {
        return read(key, "a whole number such as 4", Integer::valueOf).orElse(defaultValue);
    }

    /**
     * The value as a whole number.
     *
     * @throws IllegalArgumentException if it is none
     */
    public long getLong(String key, long defaultValue) {
        return read(key, "a whole number such as 4", Long::valueOf).orElse(defaultValue);
    }

    /**
     * The value as a number.
     *
     * @throws IllegalArgumentException if it is none
     */
    public double getDouble(String key, double defaultValue) {
        return read(key, "a number such as 0.5", Double::valueOf).orElse(defaultValue);
    }

    /**
     * The value as true or false.
     *
     * @throws IllegalArgumentException if it is neither
     */
    public boolean getBoolean(String key, boolean defaultValue) {
        return read(key, "true or false", MillraceConf::toBoolean).orElse(defaultValue);
    }

    /**
     * The value as a time in milliseconds; a number without a unit counts those.
     *
     * @throws NoSuchElementException if it is not set
     * @throws IllegalArgumentException if it is no time such as {@code 200ms}, {@code 2s}, {@code 5min} or {@code 1d}
     */
    public long getTimeAsMs(String key) {
        return time(key, ChronoUnit.MILLIS).orElseThrow(() -> missing(key)).toMillis();
    }

    /** Like {@link #getTimeAsMs(String)}, with what counts if nothing is set. */
    public long getTimeAsMs(String key, String defaultValue) {
        return time(key, defaultValue, ChronoUnit.MILLIS).toMillis();
    }

    /** Like {@link #getTimeAsMs(String)} in whole seconds, which are also the unit of a number without one. */
    public long getTimeAsSeconds(String key) {
        return time(key, ChronoUnit.SECONDS).orElseThrow(() -> missing(key)).toSeconds();
    }

    /** Like {@link #getTimeAsSeconds(String)}, with what counts if nothing is set. */
    public long getTimeAsSeconds(String key, String defaultValue) {
        return time(key, defaultValue, ChronoUnit.SECONDS).toSeconds();
    }

    /**
     * The value as a size in bytes; a number without a unit counts those.
     *
     * @throws NoSuchElementException if it is not set
     * @throws IllegalArgumentException if it is no size such as {@code 512k}, {@code 32m} or {@code 1g}
     */
    public long getSizeAsBytes(String key) {
        return size(key, 0);
    }

    /** Like {@link #getSizeAsBytes(String)}, with what counts if nothing is set. */
    public long getSizeAsBytes(String key, String defaultValue) {
        return size(key, defaultValue, 0);
    }

    /** Like {@link #getSizeAsBytes(String, String)}, with a default in bytes. */
    public long getSizeAsBytes(String key, long defaultValue) {
        return size(key, defaultValue + "b", 0);
    }

    /** Like {@link #getSizeAsBytes(String)} in whole KiB, which are also the unit of a number without one. */
    public long getSizeAsKb(String key) {
        return size(key, 10);
    }

    /** Like {@link #getSizeAsKb(String)}, with what counts if nothing is set. */
    public long getSizeAsKb(String key, String defaultValue) {
        return size(key, defaultValue, 10);
    }

    /** Like {@link #getSizeAsBytes(String)} in whole MiB, which are also the unit of a number without one. */
    public long getSizeAsMb(String key) {
        return size(key, 20);
    }

    /** Like {@link #getSizeAsMb(String)}, with what counts if nothing is set. */
    public long getSizeAsMb(String key, String defaultValue) {
        return size(key, defaultValue, 20);
    }

    /** Like {@link #getSizeAsBytes(String)} in whole GiB, which are also the unit of a number without one. */
    public long getSizeAsGb(String key) {
        return size(key, 30);
    }

    /** Like {@link #getSizeAsGb(String)}, with what counts if nothing is set. */
    public long getSizeAsGb(String key, String defaultValue) {
        return size(key, defaultValue, 30);
    }

    private Optional<Duration> time(String key, ChronoUnit unit) {
        return read(key, TIME, text -> Quantities.time(text, unit));
    }

    private Duration time(String key, String defaultValue, ChronoUnit unit) {
        return time(key, unit)
                .orElseGet(
                        () -> parse("the default of " + key, defaultValue, TIME, text -> Quantities.time(text, unit)));
    }

    private long size(String key, int shift) {
        return read(key, SIZE, text -> Quantities.bytes(text, shift)).orElseThrow(() -> missing(key)) >> shift;
    }

    private long size(String key, String defaultValue, int shift) {
        return read(key, SIZE, text -> Quantities.bytes(text, shift))
                        .orElseGet(() -> parse(
                                "the default of " + key, defaultValue, SIZE, text -> Quantities.bytes(text, shift)))
                >> shift;
    }

    private <T> Optional<T> read(String key, String expected, Function<String, @Nullable T> parser) {
        return getOption(key).map(text -> parse(key, text, expected, parser));
    }

    private static <T> T parse(String key, String text, String expected, Function<String, @Nullable T> parser) {
        String stripped = text.strip();
        try {
            T value = parser.apply(stripped);
            if (value != null) {
                return value;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new IllegalArgumentException(key + " is \"" + text + "\"; it must be " + expected);
    }

    private static @Nullable Boolean toBoolean(String text) {
        return text.equalsIgnoreCase("true") ? Boolean.TRUE : text.equalsIgnoreCase("false") ? false : null;
    }

    private static NoSuchElementException missing(String key) {
        return new NoSuchElementException(key + " is not set; set it, or pass a default");
    }

    /** All that was set, by key. */
    public Map<String, String> getAll() {
        return Map.copyOf(settings.values());
    }

    /** All that was set, a line {@code key=value} each, in order of the keys; values of passwords and the like are hidden. */
    public String toDebugString() {
        StringJoiner lines = new StringJoiner("\n");
        settings.values()
                .forEach((key, value) ->
                        lines.add(key + "=" + (SECRET.matcher(key).find() ? "(hidden)" : value)));
        return lines.toString();
    }

    /** A configuration with the same values and types, to be changed on its own. */
    @Override
    public MillraceConf clone() {
        MillraceConf copy = new MillraceConf(settings.copy());
        copy.registerTypes(registeredTypes().toArray(Class<?>[]::new));
        return copy;
    }

    /** The declared types. */
    public List<Class<?>> registeredTypes() {
        synchronized (types) {
            return new ArrayList<>(types);
        }
    }

    Settings settings() {
        return settings;
    }
}
