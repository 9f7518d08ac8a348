/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The files that a program names for a dataset, as they are now: one path or several with commas between them, each a file, a directory, of
 * which its visible files are meant, or a glob for either. Each path gives its files in the order of their names.
 */
public final class FileList {
    private FileList() {}

    /**
     * Lists them.
     *
     * @throws IllegalArgumentException if one of the paths gives nothing that is there
     */
    public static List<Path> of(String paths) {
        List<Path> files = new ArrayList<>();
        for (String path : paths.split(",")) {
            try {
                addAll(FilePaths.of(path.strip()), files);
            } catch (IOException e) {
                throw new UncheckedIOException("the files of " + path + " cannot be listed; check the path", e);
            }
        }
        return files;
    }

    private static void addAll(Path path, List<Path> files) throws IOException {
        List<Path> found = DirectoryPattern.isPattern(path) ? matching(path) : List.of(path);
        if (found.isEmpty() || !Files.exists(found.get(0))) {
            throw new IllegalArgumentException(
                    "there is no file or directory " + FilePaths.text(path) + "; check the path");
        }
        for (Path each : found) {
            if (Files.isDirectory(each)) {
                children(each).stream().filter(Files::isRegularFile).forEach(files::add);
            } else {
                files.add(each);
            }
        }
    }

    private static List<Path> matching(Path path) throws IOException {
        Path parent = path.resolveSibling("");
        PathMatcher name = path.getFileSystem().getPathMatcher("glob:" + FileNames.of(path));
        List<Path> directories = new DirectoryPattern(parent).directories((where, error) -> {});
        List<Path> found = new ArrayList<>();
        for (Path directory : directories) {
            if (Files.isDirectory(directory)) {
                children(directory).stream()
                        .filter(each -> name.matches(FileNames.of(each)))
                        .forEach(found::add);
            }
        }
        return found;
    }

    private static List<Path> children(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(
                            entry -> FileNames.whyPassedOver(FileNames.of(entry).toString()) == null)
                    .sorted()
                    .toList();
        }
    }
}
