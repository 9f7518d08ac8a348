/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.soak;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The directories of a soak. */
record SoakPlace(Path root) {
    Path input() {
        return root.resolve("input");
    }

    Path checkpoint() {
        return root.resolve("checkpoint");
    }

    Path quarantine() {
        return root.resolve("quarantine");
    }

    Path rows() {
        return root.resolve("rows");
    }

    Path copy() {
        return root.resolve("copy");
    }

    /** The program's own directory for temporary files. */
    Path temporary() {
        return root.resolve("temporary");
    }

    Path log() {
        return root.resolve("log");
    }

    void make() throws IOException {
        for (Path directory : List.of(input(), rows(), temporary())) {
            Files.createDirectories(directory);
        }
    }

    /** What nobody needs any more once the program has ended in order, after whatever kills. */
    List<Path> left() throws IOException {
        List<Path> left = new ArrayList<>();
        for (Path directory : List.of(copy().resolve(".staging"), checkpoint().resolve("rows"), temporary())) {
            left.addAll(entries(directory));
        }
        left.addAll(entries(quarantine()).stream()
                .filter(file -> !file.toString().matches(".*\\.jsonl(\\.gz)?|.*/checkpoint-[^/]*"))
                .toList());
        left.addAll(entries(copy().resolve(".receipts")).stream()
                .filter(file -> file.toString().endsWith(".new"))
                .toList());
        return left;
    }

    private static List<Path> entries(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.toList();
        }
    }

    /** The bytes of what the program keeps for itself: it must not grow with the time. */
    long bytes() {
        return bytes(checkpoint()) + bytes(temporary());
    }

    private static long bytes(Path directory) {
        AtomicLong bytes = new AtomicLong();
        try {
            Files.walkFileTree(directory, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    bytes.addAndGet(attributes.size());
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException e) {
                    return FileVisitResult.CONTINUE; // the program has deleted it meanwhile
                }

                @Override
                public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException e) {
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.get();
    }
}
