/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.files;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Files and directories for the eyes of the process's own account: 0600 and 0700, from the moment they are made. Where a file
 * system has no such permissions they get what it gives to any file. Files that exist already stay as they are.
 */
public final class OwnerOnly {
    private static final FileAttribute<?>[] NOTHING = {};
    private static final FileAttribute<?>[] FILE = permissions("rw-------");
    private static final FileAttribute<?>[] DIRECTORY = permissions("rwx------");

    private OwnerOnly() {}

    private static FileAttribute<?>[] permissions(String permissions) {
        return new FileAttribute<?>[] {
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        };
    }

    private static boolean hasPermissions(FileSystem files) {
        return files.supportedFileAttributeViews().contains("posix");
    }

    /** The attributes of a file to be made there. */
    public static FileAttribute<?>[] file(Path path) {
        return hasPermissions(path.getFileSystem()) ? FILE : NOTHING;
    }

    /** The attributes of a directory to be made there. */
    public static FileAttribute<?>[] directory(Path path) {
        return hasPermissions(path.getFileSystem()) ? DIRECTORY : NOTHING;
    }

    /**
     * Creates a file that must not exist, nor be a link.
     *
     * @throws java.nio.file.FileAlreadyExistsException if there is something of that name
     */
    public static Path createFile(Path path) throws IOException {
        return Files.createFile(path, file(path));
    }

    /** Creates a directory durably; those above it that are missing are made as any program would make them. */
    public static Path createDirectory(Path path) throws IOException {
        return createDirectories(path, path);
    }

    /** Creates a directory durably, and what is missing up to {@code top}, which is the last one that others cannot enter. */
    public static Path createDirectories(Path top, Path path) throws IOException {
        Path directory = path.toAbsolutePath();
        Path parent = directory.getParent();
        if (parent == null || Files.isDirectory(directory)) {
            return path;
        }
        if (directory.equals(top.toAbsolutePath()) || !directory.startsWith(top.toAbsolutePath())) {
            Durably.createDirectories(parent);
        } else {
            createDirectories(top, parent);
        }
        // others may create it at the same time
        Files.createDirectories(directory, directory(directory));
        Durably.sync(parent);
        return path;
    }
}
