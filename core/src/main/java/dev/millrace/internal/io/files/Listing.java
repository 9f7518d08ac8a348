/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.files;

import dev.millrace.error.MillraceException;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Lists directories by name, and looks at the attributes of new names alone, and of some files that were seen: all of
 * them come round in turn, about {@value #CHECKS} a batch. Oddities are reported once. Driver loop.
 */
final class Listing {
    private static final int CHECKS = 1000;

    private final Predicate<Path> filter;
    private final SeenFiles seen;
    private final FileKey.Maker keys = new FileKey.Maker();
    private final Reports reports;
    private int turns = 1;
    private int turn;

    Listing(Predicate<Path> filter, SeenFiles seen, Reports reports) {
        this.reports = reports;
        this.filter = filter;
        this.seen = seen;
    }

    /**
     * The contents of the directories.
     *
     * @param fresh the files that were not seen
     * @param returned the files that had been absent
     * @param directories those that were listed to the end, and not found empty
     * @param failed whether one could not be listed
     */
    record Result(
            Map<FileKey, WaitingFile> fresh, Map<FileKey, SeenFile> returned, List<Long> directories, boolean failed) {}

    /**
     * @param round marks the files that are met
     * @param known the files that were fresh before; they are not looked at again
     */
    Result run(DirectoryPattern pattern, int round, Map<FileKey, WaitingFile> known) {
        if (++turn >= turns) {
            turns = seen.size() / CHECKS + 1;
            turn = 0;
        }
        boolean[] failed = {false};
        Map<FileKey, WaitingFile> fresh = new HashMap<>();
        Map<FileKey, SeenFile> returned = new HashMap<>();
        List<Long> listed = new ArrayList<>();
        for (Path directory : pattern.directories((where, error) -> failed[0] |= trouble(where, error))) {
            Map<FileKey, WaitingFile> found = new HashMap<>();
            try {
                long key = keys.directory(FilePaths.text(directory));
                if (list(directory, key, round, known, found, returned)) {
                    listed.add(key);
                }
                fresh.putAll(found);
                reports.over(directory.toString());
            } catch (IOException | DirectoryIteratorException e) {
                failed[0] |= trouble(directory, e);
            }
        }
        return new Result(fresh, returned, listed, failed[0]);
    }

    /** Returns whether it is more than a directory that is not there. */
    private boolean trouble(Path directory, Exception error) {
        boolean missing = error instanceof NoSuchFileException;
        reports.once(
                directory.toString(),
                missing
                        ? "the directory " + directory + " does not exist; its batches are empty until it does"
                        : "the directory " + directory + " cannot be listed, its batches are empty until it can: "
                                + error);
        return !missing;
    }

    /** Returns whether there was anything at all. */
    private boolean list(
            Path directory,
            long directoryKey,
            int round,
            Map<FileKey, WaitingFile> known,
            Map<FileKey, WaitingFile> found,
            Map<FileKey, SeenFile> returned)
            throws IOException {
        boolean any = false;
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                any = true;
                String name = FileNames.of(entry).toString();
                if (FileNames.whyPassedOver(name) != null) {
                    continue;
                }
                FileKey key = keys.of(directoryKey, name);
                SeenFile before = seen.meet(key, round);
                if (before == null) {
                    WaitingFile file = known.get(key);
                    if (file == null) {
                        file = look(new WaitingFile(entry, FilePaths.text(entry), key, 0, 0));
                    }
                    if (file != null) {
                        found.put(key, file);
                    }
                } else {
                    if (before.absentSince() != 0) {
                        returned.put(key, before);
                    }
                    if (before.absentSince() != 0 || Math.floorMod(key.low(), turns) == turn) {
                        checkUnchanged(entry, key, before);
                    }
                }
            }
        }
        return any;
    }

    private @Nullable WaitingFile look(WaitingFile file) {
        return isWanted(file.path()) ? lookAgain(file) : null;
    }

    private boolean isWanted(Path file) {
        try {
            return filter.test(file);
        } catch (RuntimeException e) {
            throw new MillraceException("the filter of the file stream fails for " + file + ": " + e, e);
        }
    }

    /** The file as it is now; null if it is gone or no regular file. */
    @Nullable
    WaitingFile lookAgain(WaitingFile file) {
        BasicFileAttributes now = attributes(file.path());
        if (now == null || now.isRegularFile()) {
            return now == null ? null : file.with(now);
        }
        reports.once(
                file.text(),
                file.text()
                        + (now.isDirectory()
                                ? " is a directory in the directory of a file stream: its files are not read; name it in the"
                                        + " stream's directory, perhaps with a glob, or move its files"
                                : " is no regular file and is not read"));
        return null;
    }

    private void checkUnchanged(Path file, FileKey key, SeenFile before) {
        BasicFileAttributes now = attributes(file);
        if (now != null && !FileAnswers.isUnchanged(before, now) && seen.noteChange(key)) {
            reports.once(file + " changed", file + " changed after it was seen: " + FileAnswers.change(before, now));
        }
    }

    /** Null if the file is gone, or cannot be looked at. */
    private @Nullable BasicFileAttributes attributes(Path file) {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class);
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            reports.once(file + " attributes", file + " cannot be looked at, and waits until it can: " + e);
            return null;
        }
    }
}
