/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The report of a reader, as one line.
 *
 * @param lines the number of lines that it has counted
 * @param nanos from its start until all were counted
 * @param heapBytes the size of its heap at the end
 * @param residentBytes the greatest use of memory of its process, or 0 if the system does not tell
 * @param logBytes the greatest size of its log on disk
 */
record Measured(long lines, long nanos, long heapBytes, long residentBytes, long logBytes) {
    static void print(long lines, long nanos, long logBytes) {
        System.out.println(lines + " " + nanos + " " + heap() + " " + resident() + " " + logBytes);
    }

    static Measured parse(String line) {
        String[] parts = line.split(" ");
        return new Measured(
                Long.parseLong(parts[0]),
                Long.parseLong(parts[1]),
                Long.parseLong(parts[2]),
                Long.parseLong(parts[3]),
                Long.parseLong(parts[4]));
    }

    double linesPerSecond() {
        return lines * 1e9 / nanos;
    }

    private static long heap() {
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getCommitted();
    }

    private static long resident() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
                if (line.startsWith("VmHWM:")) {
                    return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
                }
            }
            return 0;
        } catch (IOException e) {
            if (Files.exists(Path.of("/proc/self/status"))) {
                throw new UncheckedIOException(e);
            }
            return 0;
        }
    }
}
