/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Measures the rate at which a socket is read: a process sends lines as fast as they are taken, and in turn a plain Java
 * reader, Millrace, and Millrace making strings read them, each in a new process with a heap of 256 MB. Exits with 1 if a
 * count is not what was sent.
 */
public final class SocketIngest {
    private static final String HEAP = "-Xmx256m";

    private final int seconds;
    private final int lineBytes;
    private boolean exact = true;

    private SocketIngest(int seconds, int lineBytes) {
        this.seconds = seconds;
        this.lineBytes = lineBytes;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length != 3) {
            System.err.println("usage: SocketIngest SECONDS ROUNDS LINE-BYTES");
            System.exit(2);
        }
        System.exit(
                run(Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]))
                        ? 0
                        : 1);
    }

    /** Measures, prints, and says whether all counts were exact. */
    static boolean run(int seconds, int rounds, int lineBytes) throws IOException, InterruptedException {
        SocketIngest ingest = new SocketIngest(seconds, lineBytes);
        System.out.printf(Locale.ROOT, "lines of %d bytes, %d s a run, heap of readers %s%n", lineBytes, seconds, HEAP);
        for (int round = 0; round < rounds; round++) {
            double plain = ingest.measure("plain reader", PlainReader.class, List.of(), 0);
            ingest.measureMillrace("millrace, counted", false, plain);
            ingest.measureMillrace("millrace, as strings", true, plain);
        }
        return ingest.exact;
    }

    private void measureMillrace(String name, boolean asStrings, double plain)
            throws IOException, InterruptedException {
        Path checkpoint = Files.createTempDirectory("millrace-ingest-");
        try {
            measure(name, MillraceReader.class, List.of(checkpoint.toString(), Boolean.toString(asStrings)), plain);
        } finally {
            try (Stream<Path> files = Files.walk(checkpoint)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    /**
     * One run of a feeder and a reader.
     *
     * @param plain the rate to compare with, or 0
     * @return lines a second
     */
    private double measure(String name, Class<?> reader, List<String> arguments, double plain)
            throws IOException, InterruptedException {
        Process feeder = start(Feeder.class, List.of(Integer.toString(seconds), Integer.toString(lineBytes)));
        try (BufferedReader fed = feeder.inputReader()) {
            List<String> all = new ArrayList<>(List.of(fed.readLine()));
            all.addAll(arguments);
            Process reading = start(reader, all);
            try (BufferedReader told = reading.inputReader()) {
                String result = told.readLine();
                if (result == null) {
                    throw new IllegalStateException(name + " has failed");
                }
                Measured measured = Measured.parse(result);
                report(name, Long.parseLong(fed.readLine()), measured, plain);
                return measured.linesPerSecond();
            } finally {
                end(reading);
            }
        } finally {
            end(feeder);
        }
    }

    private void report(String name, long sent, Measured measured, double plain) {
        boolean equal = sent == measured.lines();
        exact &= equal;
        System.out.printf(
                Locale.ROOT,
                "%-22s sent %,d  counted %,d %s  %,.0f lines/s  %.0f MB/s%s  heap %,d MB  resident %,d MB  log %,d MB%n",
                name,
                sent,
                measured.lines(),
                equal ? "EQUAL" : "DIFFERENT",
                measured.linesPerSecond(),
                measured.linesPerSecond() * lineBytes / 1e6,
                plain == 0
                        ? ""
                        : String.format(Locale.ROOT, "  %.0f%% of plain", 100 * measured.linesPerSecond() / plain),
                measured.heapBytes() >> 20,
                measured.residentBytes() >> 20,
                measured.logBytes() >> 20);
    }

    private static Process start(Class<?> main, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                HEAP,
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(arguments);
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static void end(Process process) throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }
}
