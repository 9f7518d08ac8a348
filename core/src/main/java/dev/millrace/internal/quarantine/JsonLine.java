/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.quarantine;

import dev.millrace.error.MillraceException;
import dev.millrace.spi.QuarantinedRecord;
import dev.millrace.spi.QuarantinedRecord.Encoding;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A quarantined record as one line of JSON: an object whose values are strings. */
final class JsonLine {
    private static final int PUNCTUATION = 100; // and names of fields

    private final String line;
    private int next;

    private JsonLine(String line) {
        this.line = line;
    }

    static String of(QuarantinedRecord record) {
        int characters = record.place().length()
                + record.operator().length()
                + record.error().length();
        StringBuilder line = new StringBuilder(characters + record.raw().length / 3 * 4 + PUNCTUATION).append('{');
        field(line, "place", record.place());
        field(line.append(','), "operator", record.operator());
        field(line.append(','), "error", record.error());
        if (record.encoding() != Encoding.INPUT) {
            field(line.append(','), "encoding", record.encoding().name().toLowerCase(Locale.ROOT));
        }
        field(line.append(','), "raw", Base64.getEncoder().encodeToString(record.raw()));
        return line.append('}').toString();
    }

    private static void field(StringBuilder line, String name, String value) {
        line.append('"').append(name).append("\":\"");
        int from = 0;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\' || c < ' ' || Character.isSurrogate(c)) {
                escape(line.append(value, from, i), c);
                from = i + 1;
            }
        }
        line.append(value, from, value.length()).append('"');
    }

    private static void escape(StringBuilder line, char c) {
        if (c == '"' || c == '\\') {
            line.append('\\').append(c);
        } else { // half a surrogate pair could not be written as UTF-8
            line.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
        }
    }

    /** Reads a line that {@link #of} made, or a person by hand. */
    static QuarantinedRecord parse(String line) {
        try {
            Map<String, String> fields = new JsonLine(line).fields();
            String encoding = fields.getOrDefault("encoding", "input").toUpperCase(Locale.ROOT);
            return new QuarantinedRecord(
                    Encoding.valueOf(encoding),
                    Base64.getDecoder().decode(required(fields.get("raw"))),
                    required(fields.get("place")),
                    required(fields.get("operator")),
                    required(fields.get("error")));
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new MillraceException(
                    "this is no entry of a quarantine: " + line
                            + "; bring the line back as it was written, or delete it",
                    e);
        }
    }

    private static String required(@Nullable String value) {
        if (value == null) {
            throw new IllegalArgumentException("a field is missing");
        }
        return value;
    }

    private Map<String, String> fields() {
        Map<String, String> fields = new HashMap<>();
        expect('{');
        do {
            String name = string();
            expect(':');
            fields.put(name, string());
        } while (peek() == ',' && next++ >= 0);
        expect('}');
        return fields;
    }

    private char peek() {
        while (line.charAt(next) == ' ') {
            next++;
        }
        return line.charAt(next);
    }

    private void expect(char wanted) {
        if (peek() != wanted) {
            throw new IllegalArgumentException("no " + wanted + " at " + next);
        }
        next++;
    }

    private String string() {
        expect('"');
        int from = next;
        while (line.charAt(next) != '"' && line.charAt(next) != '\\') {
            next++;
        }
        if (line.charAt(next) == '"') {
            return line.substring(from, next++);
        }
        StringBuilder text = new StringBuilder().append(line, from, next);
        while (line.charAt(next) != '"') {
            char c = line.charAt(next++);
            text.append(c == '\\' ? escaped(line.charAt(next++)) : c);
        }
        next++;
        return text.toString();
    }

    private char escaped(char kind) {
        return switch (kind) {
            case '"', '\\', '/' -> kind;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> {
                next += 4;
                yield (char) Integer.parseInt(line.substring(next - 4, next), 16);
            }
            default -> throw new IllegalArgumentException("\\" + kind);
        };
    }
}
