/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.quarantine;

import dev.millrace.internal.files.Durably;
import dev.millrace.internal.files.OwnerOnly;
import dev.millrace.internal.owner.Epoch;
import dev.millrace.spi.QuarantinedRecord;
import dev.millrace.streaming.BatchTime;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The files of a quarantine: one a batch that has put something aside, see docs/formats/quarantine.md. */
public final class QuarantineFiles {
    private static final Pattern NAME = Pattern.compile("batch-(\\d{1,18})\\.(jsonl|undecided)");

    private QuarantineFiles() {}

    /** The decided batches that have put something aside, in order; none if there is no such directory. */
    public static List<BatchTime> decided(Path directory) throws IOException {
        return times(directory, "jsonl");
    }

    static List<BatchTime> undecided(Path directory) throws IOException {
        return times(directory, "undecided");
    }

    private static List<BatchTime> times(Path directory, String kind) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> NAME.matcher(file.getFileName().toString()))
                    .filter(name -> name.matches() && name.group(2).equals(kind))
                    .map((Matcher name) -> new BatchTime(Long.parseLong(name.group(1))))
                    .sorted()
                    .toList();
        }
    }

    static Path decided(Path directory, BatchTime time) {
        return directory.resolve("batch-" + time.milliseconds() + ".jsonl");
    }

    static Path undecided(Path directory, BatchTime time) {
        return directory.resolve("batch-" + time.milliseconds() + ".undecided");
    }

    /** What a decided batch has put aside, in the order of operators and places. */
    public static Stream<QuarantinedRecord> read(Path directory, BatchTime time) throws IOException {
        return Files.readAllLines(decided(directory, time)).stream().map(JsonLine::parse);
    }

    /** Writes what a batch has put aside; durable on return, and whole or not at all. */
    static void write(Path directory, BatchTime time, Collection<String> lines, Epoch by) throws IOException {
        write(lines, directory.resolve(temporary(time, by)), undecided(directory, time));
    }

    /** Of a batch that was rolled back. The file stays: another batch that runs again may have taken it. */
    static void empty(Path directory, BatchTime time, Epoch by) throws IOException {
        write(List.of(), directory.resolve(temporary(time, by)), decided(directory, time));
    }

    /** Two programs never write the same file. */
    private static String temporary(BatchTime time, Epoch by) {
        return ".batch-" + time.milliseconds() + "-" + by.number() + ".tmp";
    }

    private static void write(Collection<String> lines, Path building, Path file) throws IOException {
        OwnerOnly.createDirectory(file.resolveSibling(""));
        Files.deleteIfExists(building); // of a batch that failed in the middle, or a link that somebody left
        OwnerOnly.createFile(building);
        try (FileOutputStream out = new FileOutputStream(building.toFile())) {
            for (String line : lines) {
                out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            }
            out.getFD().sync();
        }
        Durably.move(building, file);
    }
}
