/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.benchmarks.rocksdb;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The processor time that threads of this process have taken, by the beginning of their names; told by Linux alone. */
final class ProcessorTime {
    private static final Path THREADS = Path.of("/proc/self/task");
    private static final double MILLIS_A_TICK = 10; // of the interface, on all machines
    private static final int USER = 11; // after the name
    private static final int SYSTEM = 12;

    private static final List<String> MACHINE = List.of("C1 ", "C2 ", "GC ", "G1 ", "VM ");

    private ProcessorTime() {}

    /** Milliseconds of all threads since the process began, also of the compiler and the collector. */
    static double ofProcess() {
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return system.getProcessCpuTime() / 1e6;
    }

    /** Milliseconds of the compiler and the collector, which work for both sides. */
    static double ofMachine() throws IOException {
        double millis = 0;
        for (String name : MACHINE) {
            millis += ofThreads(name);
        }
        return millis;
    }

    /** Milliseconds of the threads that live and whose names begin so; NaN where nobody tells. */
    static double ofThreads(String name) throws IOException {
        if (!Files.isDirectory(THREADS)) {
            return Double.NaN;
        }
        double ticks = 0;
        try (Stream<Path> threads = Files.list(THREADS)) {
            for (Path thread : (Iterable<Path>) threads::iterator) {
                ticks += ticks(thread.resolve("stat"), "(" + name);
            }
        }
        return ticks * MILLIS_A_TICK;
    }

    private static double ticks(Path file, String name) throws IOException {
        try {
            String line = Files.readString(file);
            if (!line.substring(line.indexOf('(')).startsWith(name)) {
                return 0;
            }
            List<String> fields =
                    List.of(line.substring(line.lastIndexOf(')') + 2).split(" "));
            return Double.parseDouble(fields.get(USER)) + Double.parseDouble(fields.get(SYSTEM));
        } catch (NoSuchFileException e) {
            return 0; // it has ended meanwhile
        }
    }
}
