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
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A program, its input, and how it goes when nobody ends it. */
final class Scene {
    /** A pattern for the points that a program without receivers, which nobody rolls back, does not come to. */
    static final String OF_RECEIVERS = "(WAL|ROLLBACK)_.*";

    private static final int LINES = 12;
    private static final int WORDS = 5;
    private static final int VOCABULARY = 40;

    private final Class<? extends CrashedProgram> program;
    private final Path root;
    private final int batches;
    private final Outcome uninterrupted;
    private final List<CrashPoint> path;
    private int runs;

    private Scene(Class<? extends CrashedProgram> program, int batches, Path root)
            throws IOException, InterruptedException {
        this.program = program;
        this.root = root;
        this.batches = batches;
        CrashRun run = run();
        path = run.live(new Death.None()).reached();
        uninterrupted = run.finish();
    }

    /** Word counts over files, one a batch. */
    static Scene slice(int batches, Path root) throws IOException, InterruptedException {
        write(Files.createDirectories(root.resolve("input")), batches);
        return new Scene(SliceProgram.class, batches, root);
    }

    /** Windows over a queue. */
    static Scene queue(int batches, Path root) throws IOException, InterruptedException {
        return new Scene(QueueProgram.class, batches, root);
    }

    /** Keyed state with timeouts over a queue. */
    static Scene sessions(int batches, Path root) throws IOException, InterruptedException {
        return new Scene(SessionProgram.class, batches, root);
    }

    /** A new run in a directory of its own. */
    CrashRun run() throws IOException {
        return new CrashRun(program, root.resolve("input"), batches, root.resolve("run-" + runs++));
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

    @Override
    public String toString() {
        Map<CrashPoint, Integer> occurrences = new EnumMap<>(CrashPoint.class);
        path.forEach(point -> occurrences.merge(point, 1, Integer::sum));
        return occurrences.toString();
    }

    private static void write(Path directory, int files) throws IOException {
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
    }
}
