/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.benchmarks;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/** The sizes of a measurement: arguments of the form name=value, with a value for each that is not given. */
public final class Sizes {
    private final Map<String, String> values;

    /** Refuses an argument that is of another form, or whose name has no default. */
    public Sizes(Map<String, String> defaults, String... arguments) {
        values = new HashMap<>(defaults);
        for (String argument : arguments) {
            String[] parts = argument.split("=", 2);
            if (parts.length != 2 || !values.containsKey(parts[0])) {
                throw new IllegalArgumentException(argument + " is no size; these are: " + new Sizes(defaults));
            }
            values.put(parts[0], parts[1]);
        }
    }

    public long get(String name) {
        return parsed(name, "a whole number", Long::parseLong);
    }

    public int of(String name) {
        return parsed(name, "a whole number", Integer::parseInt);
    }

    /** One of the constants of an enum, in lower case. */
    public <E extends Enum<E>> E of(String name, Class<E> type) {
        List<String> names = Arrays.stream(type.getEnumConstants())
                .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                .toList();
        return parsed(name, "one of " + String.join(", ", names), text -> {
            int index = names.indexOf(text);
            if (index < 0) {
                throw new IllegalArgumentException(text);
            }
            return type.getEnumConstants()[index];
        });
    }

    private <T> T parsed(String name, String kind, Function<String, T> parser) {
        try {
            return parser.apply(text(name));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + "=" + text(name) + " must be " + kind, e);
        }
    }

    public String text(String name) {
        return Objects.requireNonNull(values.get(name), name);
    }

    @Override
    public String toString() {
        List<String> all = values.entrySet().stream()
                .map(each -> each.getKey() + "=" + each.getValue())
                .sorted()
                .toList();
        return String.join(" ", all);
    }
}
