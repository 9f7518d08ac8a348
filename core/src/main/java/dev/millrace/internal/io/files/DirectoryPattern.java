/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.files;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * The directories of a path with globs, such as {@code /logs/*}{@code /in}. A segment with a star, a
 * question mark, an opening bracket or brace, or a backslash is a glob of {@link java.nio.file.FileSystem#getPathMatcher}; it does not match names that are passed over.
 */
final class DirectoryPattern {
    private static final Pattern GLOB = Pattern.compile("[*?\\[{\\\\]");

    private final Path whole;
    private final Path base;
    private final List<Segment> segments = new ArrayList<>();

    private record Segment(Path name, @Nullable PathMatcher glob) {
        boolean matches(Path other) {
            return glob == null ? name.equals(other) : glob.matches(other);
        }
    }

    /** Hears of directories that cannot be listed. */
    interface Trouble {
        void of(Path directory, Exception error);
    }

    DirectoryPattern(Path whole) {
        this.whole = whole;
        Path literal = whole.getRoot() == null ? whole.getFileSystem().getPath("") : whole.getRoot();
        for (Path name : whole) {
            if (segments.isEmpty() && !isGlob(name)) {
                literal = literal.resolve(name);
            } else {
                segments.add(new Segment(name, isGlob(name) ? matcher(name) : null));
            }
        }
        base = literal;
    }

    /** Returns whether a part of a path is a glob. */
    static boolean isPattern(Path path) {
        return isGlob(path);
    }

    private static boolean isGlob(Path name) {
        return GLOB.matcher(name.toString()).find();
    }

    private PathMatcher matcher(Path name) {
        try {
            return whole.getFileSystem().getPathMatcher("glob:" + name);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    "the directory " + whole + " has the segment " + name + ", which is no glob: " + e.getDescription()
                            + "; correct it, or put a backslash before a character that means itself",
                    e);
        }
    }

    /** The directories as they are now, sorted; the one of a path without globs whether it is there or not. */
    List<Path> directories(Trouble trouble) {
        List<Path> found = List.of(base);
        for (Segment segment : segments) {
            List<Path> below = new ArrayList<>();
            for (Path directory : found) {
                try {
                    children(directory, segment, below);
                } catch (IOException | DirectoryIteratorException e) {
                    trouble.of(directory, e);
                }
            }
            found = below;
        }
        return found.stream().sorted().toList();
    }

    private static void children(Path directory, Segment segment, List<Path> into) throws IOException {
        if (segment.glob() == null) {
            Path child = directory.resolve(segment.name());
            if (Files.isDirectory(child)) {
                into.add(child);
            }
            return;
        }
        boolean anyName = FileNames.whyPassedOver(segment.name().toString()) != null; // the pattern asks for such names
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                Path name = FileNames.of(entry);
                if (segment.matches(name)
                        && (anyName || FileNames.whyPassedOver(name.toString()) == null)
                        && Files.isDirectory(entry)) {
                    into.add(entry);
                }
            }
        }
    }

    /** The path under which a file would be found, however it is written; null if it would not. */
    @Nullable
    Path locate(Path asked) {
        if (asked.getFileSystem() != whole.getFileSystem()) {
            return null;
        }
        Path file = asked.toAbsolutePath().normalize();
        Path start = base.toAbsolutePath().normalize();
        if (!file.startsWith(start) || file.getNameCount() != start.getNameCount() + segments.size() + 1) {
            return null;
        }
        Path located = base;
        for (int i = 0; i < segments.size(); i++) {
            Path name = file.getName(start.getNameCount() + i);
            if (!segments.get(i).matches(name)) {
                return null;
            }
            located = located.resolve(name);
        }
        return located.resolve(FileNames.of(file));
    }

    @Override
    public String toString() {
        return FilePaths.text(whole);
    }
}
