/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.files;

import dev.millrace.spi.InputSlice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The sentences that say why a file was read, or was not. */
public final class FileAnswers {
    private FileAnswers() {}

    /** Returns whether the position of an input is a file stream's. */
    public static boolean isOfFiles(Map<Object, Object> position) {
        return position.containsKey(StreamOrigin.KEY);
    }

    /** The position of a file stream in words. */
    public static String inWords(Map<Object, Object> position) {
        StreamOrigin origin = StreamOrigin.fromData((List<?>) Objects.requireNonNull(position.get(StreamOrigin.KEY)));
        int files = position.size() - 1;
        return "files of " + origin.directory() + ": " + files + (files == 1 ? " file" : " files") + " seen";
    }

    /** The number of bytes of files that a slice takes; -1 if it is not that of a file stream. */
    public static long bytes(InputSlice slice) {
        long bytes = 0;
        for (Object partition : slice.content()) {
            if (slice.records() >= 0 || !(partition instanceof List<?> splits)) {
                return -1;
            }
            for (Object split : splits) {
                if (!(split instanceof List<?> fields) || !FileSplit.isData(fields)) {
                    return -1;
                }
                FileSplit one = FileSplit.fromData(fields);
                bytes += one.until() - one.from();
            }
        }
        return bytes;
    }

    /** The answer that the position of a file stream gives. */
    public static String of(String path, Map<Object, Object> position) {
        StreamOrigin origin = StreamOrigin.fromData((List<?>) Objects.requireNonNull(position.get(StreamOrigin.KEY)));
        DirectoryPattern directory = new DirectoryPattern(FilePaths.of(origin.directory()));
        Path file = directory.locate(FilePaths.of(path));
        if (file == null) {
            return elsewhere(origin.directory());
        }
        FileKey.Maker keys = new FileKey.Maker();
        List<?> data = (List<?>) position.get(key(keys, file).toData());
        if (data != null) {
            return seen(file, SeenFile.fromData(data));
        }
        String passedOver = passedOver(file);
        return passedOver != null
                ? passedOver
                : "not read yet: no batch has taken it; it waits for the program, or the program's filter does not take"
                        + " it";
    }

    static FileKey key(FileKey.Maker keys, Path file) {
        Path directory = file.getParent() == null ? file.getFileSystem().getPath("") : file.getParent();
        return keys.of(
                keys.directory(FilePaths.text(directory)), FileNames.of(file).toString());
    }

    static String elsewhere(String directory) {
        String where = FilePaths.of(directory).isAbsolute()
                ? directory
                : directory + ", seen from " + Path.of("").toAbsolutePath(); // perhaps not where the program runs
        return "not in the directory " + where
                + ": of a directory the files themselves are read, not those of other directories"
                + " or of directories in it";
    }

    /** The reason for which a file that was not seen is passed over; null if it is not. */
    static @Nullable String passedOver(Path file) {
        String name = FileNames.whyPassedOver(FileNames.of(file).toString());
        if (name != null) {
            return "skipped: " + name + "; rename it to have it read";
        }
        try {
            BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
            if (now.isDirectory()) {
                return "is a directory: its files are not read; name it in the stream's directory, perhaps with a glob";
            }
            return now.isRegularFile() ? null : "is no regular file, and only those are read";
        } catch (NoSuchFileException e) {
            return "does not exist, and was not seen before";
        } catch (IOException e) {
            return "cannot be looked at: " + e;
        }
    }

    static String seen(Path file, SeenFile seen) {
        return history(seen) + now(file, seen);
    }

    private static String history(SeenFile seen) {
        return seen.isPassedOver()
                ? "skipped: it was there at the first start and newFilesOnly is true; pass false, or rename it"
                : "read in batch " + seen.batch() + " ms (" + seen.size() + " bytes)";
    }

    private static String now(Path file, SeenFile seen) {
        try {
            BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
            boolean same = isUnchanged(seen, now);
            return same ? "" : "; changed after it was seen: " + change(seen, now);
        } catch (NoSuchFileException e) {
            return "; it is gone since";
        } catch (IOException e) {
            return "; it cannot be looked at now: " + e;
        }
    }

    static boolean isUnchanged(SeenFile seen, BasicFileAttributes now) {
        return now.size() == seen.size()
                && SeenFile.stamp(now.lastModifiedTime().toMillis()) == seen.stamp();
    }

    /** Describes the change of a file that is not as it was. */
    static String change(SeenFile seen, BasicFileAttributes now) {
        return "it had " + seen.size() + " bytes and has " + now.size() + ", written " + now.lastModifiedTime()
                + "; a path is read once: rename it to a new name to have it read";
    }
}
