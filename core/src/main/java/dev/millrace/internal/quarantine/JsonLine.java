/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.quarantine;

import dev.millrace.spi.QuarantinedRecord;
import java.util.Base64;
import java.util.Locale;

/** A quarantined record as one line of JSON. */
final class JsonLine {
    private JsonLine() {}

    static String of(QuarantinedRecord record) {
        StringBuilder line = new StringBuilder("{");
        field(line, "place", record.place());
        field(line.append(','), "operator", record.operator());
        field(line.append(','), "error", record.error());
        field(line.append(','), "raw", Base64.getEncoder().encodeToString(record.raw()));
        return line.append('}').toString();
    }

    private static void field(StringBuilder line, String name, String value) {
        line.append('"').append(name).append("\":\"");
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                line.append('\\').append(c);
            } else if (c < ' ' || Character.isSurrogate(c)) { // half a pair could not be written as UTF-8
                line.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                line.append(c);
            }
        }
        line.append('"');
    }
}
