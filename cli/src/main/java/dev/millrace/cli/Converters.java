/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.TypeConversionException;

/** Reads values of options that several commands have, and says what to write instead of those that are none. */
final class Converters {
    private Converters() {}

    /** Has a command and all below it read paths, numbers and flags so. */
    static void register(CommandLine command) {
        command.registerConverter(Path.class, Converters::path);
        command.registerConverter(int.class, Converters::number);
        command.registerConverter(boolean.class, Converters::flag);
    }

    /** A script whose variable is not set gives an empty word, which would be the current directory. */
    private static Path path(String text) {
        if (text.isEmpty()) {
            throw new TypeConversionException("the path is empty; name a file or a directory");
        }
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new TypeConversionException("'" + text + "' is no path: " + e.getReason());
        }
    }

    private static boolean flag(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default ->
                throw new TypeConversionException("'" + text + "' is given, and it takes no value; write it without");
        };
    }

    private static int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new TypeConversionException(
                    "'" + text + "' is no whole number up to " + Integer.MAX_VALUE + "; write one, such as 10");
        }
    }
}
