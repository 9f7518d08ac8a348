/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The files of one program: what it keeps, what it puts out, and what it says at its end. */
record Workplace(Path root) {
    static final String EFFECTS = "effects";

    Path checkpoint() {
        return root.resolve("checkpoint");
    }

    Path output() {
        return root.resolve("output");
    }

    Path finalState() {
        return root.resolve("final-state");
    }

    /** What {@link Effects} appends to. */
    Path effects() {
        return root.resolve(EFFECTS);
    }

    Path errors() {
        return root.resolve("errors");
    }

    /** The lines of every file that readers can see, by path below the output directory. */
    SortedMap<String, List<String>> published() {
        SortedMap<String, List<String>> published = new TreeMap<>();
        for (Path file : outputFiles()) {
            String name = output().relativize(file).toString();
            if (!name.contains("/.")) {
                published.put(name, lines(file));
            }
        }
        return published;
    }

    /** The batch of a published file: its directory's name. */
    static String batch(String file) {
        return file.split("/")[1];
    }

    /** How many batches of an output are visible, at least in part. */
    int batches(String output) {
        String[] directories = output().resolve(output).toFile().list((directory, name) -> name.startsWith("batch-"));
        return directories == null ? 0 : directories.length;
    }

    /** What is still staged. */
    List<String> staged() {
        return outputFiles().stream()
                .map(file -> output().relativize(file).toString())
                .filter(name -> name.contains(".staging"))
                .toList();
    }

    /** The journal file that was written last. */
    Path lastJournal() {
        try (Stream<Path> journals = Files.list(checkpoint().resolve("journal"))) {
            return journals.sorted().reduce((first, second) -> second).orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<String> lines(Path file) {
        try {
            return Files.exists(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<Path> outputFiles() {
        if (!Files.exists(output())) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(output())) {
            return files.filter(Files::isRegularFile).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
