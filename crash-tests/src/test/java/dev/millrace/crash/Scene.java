/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.crash;

import dev.millrace.internal.crash.CrashPoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** A program, its input, and how it goes when nobody ends it. */
final class Scene implements AutoCloseable {
    private static final int LINES = 12;
    private static final int WORDS = 5;
    private static final int VOCABULARY = 40;

    private final ProgramKind kind;
    private final Path root;
    private final int batches;
    private final Outcome uninterrupted;
    private final List<CrashPoint> path;
    private final List<Feeder> feeders = new ArrayList<>();
    private int runs;

    private Scene(ProgramKind kind, int batches, Path root) throws IOException, InterruptedException {
        this.kind = kind;
        this.root = root;
        this.batches = batches;
        CrashRun run = run();
        path = run.live(new Death.None()).reached();
        uninterrupted = run.finish();
    }

    static Scene of(ProgramKind kind, int batches, Path root) throws IOException, InterruptedException {
        if (kind == ProgramKind.FILES_AND_STATE) {
            words(root.resolve("input"), batches);
        }
        return new Scene(kind, batches, root);
    }

    /** Word counts over files, one a batch. */
    static Scene slice(int batches, Path root) throws IOException, InterruptedException {
        return of(ProgramKind.FILES_AND_STATE, batches, root);
    }

    /** A new run in a directory of its own. Any thread. */
    synchronized CrashRun run() throws IOException {
        return new CrashRun(kind.program(), input(), batches, root.resolve("run-" + runs++));
    }

    /** Files are the same for all runs; a sender knows what one run has acknowledged. */
    private String input() throws IOException {
        if (kind != ProgramKind.RECEIVER_AND_WINDOW) {
            return root.resolve("input").toString();
        }
        Feeder feeder = new Feeder((long) batches * BlockProgram.BLOCK);
        feeders.add(feeder);
        return Integer.toString(feeder.port());
    }

    Outcome uninterrupted() {
        return uninterrupted;
    }

    /** The crash points that an uninterrupted run passes, in order. */
    List<CrashPoint> path() {
        return path;
    }

    /** How many crash points an uninterrupted run passes. */
    int steps() {
        return path.size();
    }

    /** How often an uninterrupted run comes to a point. */
    int occurrences(CrashPoint point) {
        return Collections.frequency(path, point);
    }

    /** The points that an uninterrupted run comes to. */
    Set<CrashPoint> points() {
        return EnumSet.copyOf(path);
    }

    @Override
    public synchronized void close() throws IOException {
        for (Feeder feeder : feeders) {
            feeder.close();
        }
    }

    @Override
    public String toString() {
        Map<CrashPoint, Integer> occurrences = new EnumMap<>(CrashPoint.class);
        path.forEach(point -> occurrences.merge(point, 1, Integer::sum));
        return kind + " of " + batches + " batches " + occurrences;
    }

    /** Files of words, one a batch. */
    static Path words(Path directory, int files) throws IOException {
        Files.createDirectories(directory);
        Random random = new Random(1);
        for (int i = 0; i < files; i++) {
            List<String> lines = new ArrayList<>();
            for (int line = 0; line < LINES; line++) {
                List<String> words = new ArrayList<>();
                for (int word = 0; word < WORDS; word++) {
                    words.add("w" + random.nextInt(1 + random.nextInt(VOCABULARY)));
                }
                lines.add(String.join(" ", words));
            }
            Path file = Files.write(directory.resolve(String.format("input-%03d.txt", i)), lines);
            Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000L + i * 1000L));
        }
        return directory;
    }
}
