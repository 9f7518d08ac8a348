/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.benchmarks.kafka;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** The sizes of a measurement: arguments of the form name=value, with a value for each that is not given. */
final class Sizes {
    private static final Map<String, String> DEFAULTS = Map.ofEntries(
            Map.entry("parts", "map,count,latency,realtime,start"),
            Map.entry("partitions", "8"),
            Map.entry("records", "4000000"),
            Map.entry("keys", "1000000"),
            Map.entry("rounds", "3"),
            Map.entry("heap", "2g"),
            Map.entry("interval", "200"),
            Map.entry("batch", "50000"),
            Map.entry("tuned", "1000"),
            Map.entry("rate", "0"),
            Map.entry("seconds", "20"),
            Map.entry("warm", "10"),
            Map.entry("fast", "10"),
            Map.entry("startKeys", "1000000"));

    private final Map<String, String> values = new HashMap<>(DEFAULTS);

    Sizes(String... arguments) {
        for (String argument : arguments) {
            String[] parts = argument.split("=", 2);
            if (parts.length != 2 || !values.containsKey(parts[0])) {
                throw new IllegalArgumentException(argument + " is no size; these are: " + new Sizes());
            }
            values.put(parts[0], parts[1]);
        }
    }

    long get(String name) {
        return Long.parseLong(text(name));
    }

    int of(String name) {
        return Math.toIntExact(get(name));
    }

    private String text(String name) {
        return Objects.requireNonNull(values.get(name), name);
    }

    String heap() {
        return text("heap");
    }

    boolean measures(String part) {
        return Set.of(text("parts").split(",")).contains(part);
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
