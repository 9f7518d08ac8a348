/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace;

import dev.millrace.internal.conf.Settings;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a program: {@code millrace.*} keys, listed in docs/configuration.md. A known key in its {@code
 * spark.streaming.*} spelling is accepted with a warning; other {@code spark.*} keys go to Spark. All problems are
 * reported together when a context is made. Not thread safe.
 */
public final class MillraceConf {
    private final Settings settings = new Settings();
    private final Set<Class<?>> types = new LinkedHashSet<>();

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

    /** The value that was set for {@code key}, or null. */
    public @Nullable String get(String key) {
        return settings.values().get(key);
    }

    /** All that was set, by key. */
    public Map<String, String> getAll() {
        return Map.copyOf(settings.values());
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
