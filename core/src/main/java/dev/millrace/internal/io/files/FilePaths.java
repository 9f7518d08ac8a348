/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.files;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** Paths as text: of the default file system as they are, of others as URIs. */
public final class FilePaths {
    private static final Pattern HAS_SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:/.*", Pattern.DOTALL);

    private FilePaths() {}

    public static String text(Path path) {
        return path.getFileSystem() == FileSystems.getDefault()
                ? path.toString()
                : path.toUri().toString();
    }

    /**
     * The path of a text that {@link #text} made or a person wrote.
     *
     * @throws IllegalArgumentException if it is a URI of a file system that is not there
     */
    public static Path of(String text) {
        if (!HAS_SCHEME.matcher(text).matches()) {
            return Path.of(text);
        }
        try {
            return Path.of(new URI(text));
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(
                    text + " is no URI: " + e.getReason() + "; correct it, or pass a Path", e);
        } catch (FileSystemNotFoundException e) {
            throw new IllegalArgumentException(
                    text
                            + " names a file system that is not there; add its provider to the class path or open it first,"
                            + " or use a local path",
                    e);
        }
    }
}
