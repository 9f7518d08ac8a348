/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.files;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.util.function.Predicate;

/**
 * Deletes a flat directory of files in a place where others may write, such as the system's temporary directory: no link
 * that is put in its place, at whatever moment, has the files of another directory deleted.
 */
public final class Remains {
    private Remains() {}

    /**
     * Deletes the files of a directory that have such names, and the directory if nothing is left in it.
     *
     * @throws NotDirectoryException if it is something else, a link to a directory too
     */
    public static void delete(Path directory, Predicate<Path> names) throws IOException {
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            throw new NotDirectoryException(directory.toString());
        }
        try (DirectoryStream<Path> parent = Files.newDirectoryStream(directory.resolveSibling(""))) {
            if (parent instanceof SecureDirectoryStream<Path> secure) {
                deleteIn(secure, directory.getFileName(), names);
                return;
            }
        }
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(directory, file -> names.test(file.getFileName()))) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        }
        Files.delete(directory);
    }

    /** The directory is opened once, and its files are deleted in what was opened, whatever its name stands for since. */
    private static void deleteIn(SecureDirectoryStream<Path> parent, Path directory, Predicate<Path> names)
            throws IOException {
        try (SecureDirectoryStream<Path> files = parent.newDirectoryStream(directory, LinkOption.NOFOLLOW_LINKS)) {
            for (Path file : files) {
                if (names.test(file.getFileName())) {
                    files.deleteFile(file.getFileName());
                }
            }
        }
        parent.deleteDirectory(directory);
    }
}
