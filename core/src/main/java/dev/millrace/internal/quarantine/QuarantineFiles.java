/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.quarantine;

import dev.millrace.internal.files.Durably;
import dev.millrace.internal.files.OwnerOnly;
import dev.millrace.internal.log.Epoch;
import dev.millrace.spi.QuarantinedRecord;
import dev.millrace.streaming.BatchTime;
import java.io.BufferedReader;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The files of a quarantine: one a batch that has put something aside, see docs/formats/quarantine.md. */
public final class QuarantineFiles {
    private static final Pattern DECIDED = Pattern.compile("batch-(\\d{1,18})\\.jsonl");
    private static final Pattern UNFINISHED = Pattern.compile("\\.batch-(\\d{1,18})-(\\d{1,10})\\.tmp");
    private static final Pattern UNDECIDED = Pattern.compile("batch-(\\d{1,18})-(\\d{10})\\.undecided");

    private QuarantineFiles() {}

    /** The file of what a program has put aside of a batch that it had not decided then. */
    record Undecided(BatchTime time, long epoch, Path path) {}

    /** The decided batches that have put something aside, in order; none if there is no such directory. */
    public static List<BatchTime> decided(Path directory) throws IOException {
        return names(directory, DECIDED)
                .map(name -> new BatchTime(Long.parseLong(name.group(1))))
                .sorted()
                .toList();
    }

    /** The undecided files of all programs, in the order of their epochs. */
    static List<Undecided> undecided(Path directory) throws IOException {
        return ofPrograms(directory, UNDECIDED);
    }

    private static List<Undecided> ofPrograms(Path directory, Pattern pattern) throws IOException {
        return names(directory, pattern)
                .map(name -> new Undecided(
                        new BatchTime(Long.parseLong(name.group(1))),
                        Long.parseLong(name.group(2)),
                        directory.resolve(name.group())))
                .sorted(Comparator.comparingLong(Undecided::epoch))
                .toList();
    }

    /** Deletes files that programs before this one had not written to their ends when they died. */
    static void deleteUnfinished(Path directory, Epoch by) throws IOException {
        for (Undecided file : ofPrograms(directory, UNFINISHED)) {
            if (file.epoch() < by.number()) {
                Files.deleteIfExists(file.path());
            }
        }
    }

    private static Stream<Matcher> names(Path directory, Pattern pattern) throws IOException {
        if (!Files.isDirectory(directory)) {
            return Stream.of();
        }
        List<Matcher> names = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            files.map(file -> pattern.matcher(file.getFileName().toString()))
                    .filter(Matcher::matches)
                    .forEach(names::add);
        }
        return names.stream();
    }

    static Path decided(Path directory, BatchTime time) {
        return directory.resolve("batch-" + time.milliseconds() + ".jsonl");
    }

    /** Two programs never write the same file, so none deletes what its successor needs. */
    static Path undecided(Path directory, BatchTime time, long epoch) {
        return directory.resolve(String.format(Locale.ROOT, "batch-%d-%010d.undecided", time.milliseconds(), epoch));
    }

    /** What a decided batch has put aside, in the order of operators and places. */
    public static Stream<QuarantinedRecord> read(Path directory, BatchTime time) throws IOException {
        return Files.readAllLines(decided(directory, time)).stream().map(JsonLine::parse);
    }

    /**
     * Reads a file of a decided batch to its end.
     *
     * @throws dev.millrace.error.MillraceException if a line cannot be read
     */
    public static void check(InputStream file) {
        new BufferedReader(new InputStreamReader(file, StandardCharsets.UTF_8))
                .lines()
                .forEach(JsonLine::parse);
    }

    /** Writes what a batch has put aside; durable on return, and whole or not at all. */
    static void write(Path directory, BatchTime time, Collection<String> lines, Epoch by) throws IOException {
        Durably.move(write(lines, directory.resolve(temporary(time, by))), undecided(directory, time, by.number()));
    }

    /** Of a batch that was rolled back. The file stays: another batch that runs again may have taken it. */
    static void empty(Path directory, BatchTime time, Epoch by) throws IOException {
        Path building = write(List.of(), directory.resolve(temporary(time, by)));
        by.check(); // last: a successor may have run the batch again
        Durably.move(building, decided(directory, time));
    }

    /** Two programs never write the same file. */
    private static String temporary(BatchTime time, Epoch by) {
        return ".batch-" + time.milliseconds() + "-" + by.number() + ".tmp";
    }

    private static Path write(Collection<String> lines, Path building) throws IOException {
        OwnerOnly.createDirectory(building.resolveSibling(""));
        Files.deleteIfExists(building); // of a batch that failed in the middle, or a link that somebody left
        OwnerOnly.createFile(building);
        try (FileOutputStream out = new FileOutputStream(building.toFile())) {
            for (String line : lines) {
                out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            }
            out.getFD().sync();
        }
        return building;
    }
}
