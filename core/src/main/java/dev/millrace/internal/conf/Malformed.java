/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.conf;

import java.util.Locale;

/** The treatments of malformed input. */
public enum Malformed {
    FAIL,
    REPLACE,
    QUARANTINE;

    static Malformed parse(String text) {
        for (Malformed policy : values()) {
            if (policy.name().toLowerCase(Locale.ROOT).equals(text)) {
                return policy;
            }
        }
        throw new IllegalArgumentException("fail, replace or quarantine");
    }
}
