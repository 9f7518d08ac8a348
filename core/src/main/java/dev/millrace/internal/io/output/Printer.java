/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.output;

import dev.millrace.streaming.BatchTime;
import java.io.PrintStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes the output of print(): a header of time and stream, the first records, and three dots if there are more. */
public final class Printer {
    private static final String RULE = "-".repeat(43);

    private Printer() {}

    /** @param name the name that the program gave the stream, or null */
    public static void print(PrintStream out, BatchTime time, @Nullable String name, List<?> records, int most) {
        StringBuilder text = new StringBuilder();
        text.append(RULE).append('\n');
        text.append("Time: ")
                .append(time)
                .append(name == null ? "" : ", " + name)
                .append('\n');
        text.append(RULE).append('\n');
        records.stream().limit(most).forEach(record -> text.append(record).append('\n'));
        if (records.size() > most) {
            text.append("...\n");
        }
        text.append('\n');
        out.print(text); // in one call, so that other output does not come between
        out.flush();
    }
}
