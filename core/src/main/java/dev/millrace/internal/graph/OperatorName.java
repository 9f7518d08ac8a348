/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.graph;

import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The rules for names of operators and outputs, which become parts of files' names. */
final class OperatorName {
    private static final Pattern LETTERS = Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{N} ._-]*");

    /** A name may have so many of the 255 bytes that file systems take; the rest is for times, epochs and ids. */
    private static final int MOST_BYTES = 100;

    private OperatorName() {}

    /** The reason for which an operator cannot have a name; null if it can. */
    static @Nullable String problem(String name, Object holder) {
        String of = "the name \"" + name + "\" of " + holder;
        if (!LETTERS.matcher(name).matches()) {
            return of + " cannot be part of a file's name; use letters, digits, spaces,"
                    + " dots, dashes and underscores, beginning with a letter or digit";
        }
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MOST_BYTES) {
            return of + " is too long for a part of a file's name: it takes " + bytes + " bytes in UTF-8, and "
                    + MOST_BYTES + " are free for it; shorten it";
        }
        return canBeWritten(name)
                ? null
                : of + " has letters that the names of files cannot have in this process, whose encoding for them is "
                        + System.getProperty("sun.jnu.encoding")
                        + "; start it in a locale of UTF-8, such as LC_ALL=C.UTF-8, or use other letters";
    }

    private static boolean canBeWritten(String name) {
        try {
            return !Path.of(name).toString().isEmpty();
        } catch (InvalidPathException e) {
            return false;
        }
    }
}
