/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.crash;

import dev.millrace.streaming.BatchTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The effects of an output without exactly-once delivery: a line each time that it runs. */
final class Effects {
    private Effects() {}

    /** @param output the directory of the program's exactly-once outputs; the lines go beside it */
    static void append(Path output, BatchTime time) throws IOException {
        Path file = output.resolveSibling(Workplace.EFFECTS);
        Files.writeString(file, time + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
