/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.quarantine;

import dev.millrace.error.MillraceException;
import dev.millrace.internal.errors.Causes;
import dev.millrace.internal.files.Durably;
import dev.millrace.internal.log.Epoch;
import dev.millrace.streaming.BatchTime;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The files of a quarantine: one a batch that has put something aside, see docs/formats/quarantine.md. */
public final class QuarantineFiles {
    private static final String PLAIN = ".jsonl";
    private static final String COMPRESSED = PLAIN + ".gz";
    private static final Pattern DECIDED = Pattern.compile("batch-(\\d{1,18})(?:\\.(\\d{1,9}))?\\.jsonl(?:\\.gz)?");
    private static final Pattern UNFINISHED = Pattern.compile("\\.batch-(\\d{1,18})-(\\d{1,10})(?:\\.\\d+)?\\.tmp");
    private static final Pattern UNDECIDED = Pattern.compile("batch-(\\d{1,18})-(\\d{10})\\.undecided");

    private QuarantineFiles() {}

    /** The file of what a program has put aside of a batch that it had not decided then. */
    record Undecided(BatchTime time, long epoch, Path path) {}

    /** The decided batches that have put something aside, in order; none if there is no such directory. */
    public static List<BatchTime> decided(Path directory) throws IOException {
        return names(directory, DECIDED)
                .map(name -> new BatchTime(Long.parseLong(name.group(1))))
                .distinct()
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

    /** Returns whether a file of that name is of a decided batch. */
    public static boolean isDecided(String name) {
        return DECIDED.matcher(name).matches();
    }

    /** The batch of a file of that name, if it is of a decided one; null if it is of none, or of something else. */
    public static @Nullable BatchTime decidedBatch(String name) {
        Matcher decided = DECIDED.matcher(name);
        return decided.matches() ? new BatchTime(Long.parseLong(decided.group(1))) : null;
    }

    /** Returns whether a file of that name is of a batch that is not decided, or was not when its files were listed. */
    public static boolean isUndecided(String name) {
        return UNDECIDED.matcher(name).matches();
    }

    /** The file of a decided batch, if it has one. */
    static Path decided(Path directory, BatchTime time) {
        return either(directory, time, "");
    }

    private static Path decided(Path directory, BatchTime time, String ending) {
        return directory.resolve("batch-" + time.milliseconds() + ending);
    }

    /** Makes visible what a decided batch has put aside, in place of what was there before. */
    static void publish(Path directory, BatchTime time, Path undecided) throws IOException {
        boolean compressed = LineFiles.isCompressed(undecided);
        Durably.move(undecided, decided(directory, time, compressed ? COMPRESSED : PLAIN));
        if (compressed && Files.deleteIfExists(decided(directory, time, PLAIN))) { // until now the other was read
            Durably.sync(directory);
        }
    }

    /** Makes visible what a run without a checkpoint has put aside, beside what other runs have of a batch of that time. */
    static void publishBeside(Path directory, BatchTime time, Path undecided) throws IOException {
        String ending = LineFiles.isCompressed(undecided) ? COMPRESSED : PLAIN;
        String run = "";
        for (int number = 2; Files.exists(either(directory, time, run)); number++) {
            run = "." + number;
        }
        Durably.move(undecided, decided(directory, time, run + ending));
    }

    /** Two programs never write the same file, so none deletes what its successor needs. */
    static Path undecided(Path directory, BatchTime time, long epoch) {
        return directory.resolve(String.format(Locale.ROOT, "batch-%d-%010d.undecided", time.milliseconds(), epoch));
    }

    /** The lines of what decided batches of a time have put aside, for each run in the order of operators and places. */
    public static BufferedReader open(Path directory, BatchTime time) throws IOException {
        List<Path> files = ofTime(directory, time);
        return files.isEmpty() ? LineFiles.open(decided(directory, time)) : LineFiles.open(files);
    }

    /** Runs without a checkpoint leave several files of batches of one time. */
    private static List<Path> ofTime(Path directory, BatchTime time) throws IOException {
        return names(directory, DECIDED)
                .filter(name -> Long.parseLong(name.group(1)) == time.milliseconds())
                .map(name -> name.group(2) == null ? 0 : Integer.parseInt(name.group(2)))
                .distinct()
                .sorted()
                .map(run -> run == 0 ? decided(directory, time) : either(directory, time, "." + run))
                .toList();
    }

    private static Path either(Path directory, BatchTime time, String run) {
        Path compressed = decided(directory, time, run + COMPRESSED);
        return Files.exists(compressed) ? compressed : decided(directory, time, run + PLAIN);
    }

    /**
     * Reads a file of a decided batch to its end.
     *
     * @throws MillraceException if it cannot be read
     */
    public static void check(InputStream file) {
        try {
            LineFiles.open(file).lines().forEach(JsonLine::parse);
        } catch (IOException | UncheckedIOException e) {
            throw new MillraceException(
                    "this file of a quarantine is damaged or cut off (" + Causes.text(e)
                            + "); bring it back as it was written, or delete it",
                    e);
        }
    }

    /** Writes what a batch has put aside; durable on return, and whole or not at all. */
    static Path write(Path directory, BatchTime time, Iterator<String> lines, boolean compressed, Epoch by)
            throws IOException {
        Path building = LineFiles.write(directory.resolve(temporary(time, by, "")), lines, compressed, true);
        Path written = undecided(directory, time, by.number());
        Durably.move(building, written);
        return written;
    }

    /** The file of a part of the records that a batch puts aside, until they are written. */
    static Path run(Path directory, BatchTime time, int number, Epoch by) {
        return directory.resolve(temporary(time, by, "." + number));
    }

    /** Of a batch that was rolled back. The file stays: another batch that runs again may have taken it. */
    static void empty(Path directory, BatchTime time, Epoch by) throws IOException {
        Path building =
                LineFiles.write(directory.resolve(temporary(time, by, "")), Collections.emptyIterator(), false, true);
        by.check(); // last: a successor may have run the batch again
        Durably.move(building, decided(directory, time, PLAIN));
        if (Files.deleteIfExists(decided(directory, time, COMPRESSED))) {
            Durably.sync(directory);
        }
    }

    /** Two programs never write the same file. */
    private static String temporary(BatchTime time, Epoch by, String part) {
        return ".batch-" + time.milliseconds() + "-" + by.number() + part + ".tmp";
    }
}
