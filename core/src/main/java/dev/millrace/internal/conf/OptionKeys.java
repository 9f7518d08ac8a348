/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.conf;

/** Finds options by their keys, which is how modules of ours name them. */
public final class OptionKeys {
    private OptionKeys() {}

    /** The option of a key. */
    public static Option<?> of(String key) {
        return Options.all().stream()
                .filter(option -> option.key().equals(key))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no option " + key));
    }

    /** The option of a key that says what becomes of malformed input. */
    @SuppressWarnings("unchecked") // it parses to that, which is checked
    public static Option<Malformed> malformed(String key) {
        Option<?> option = of(key);
        if (option.parse(option.defaultText()) instanceof Malformed) {
            return (Option<Malformed>) option;
        }
        throw new IllegalArgumentException("the option " + key + " is none of malformed input");
    }
}
