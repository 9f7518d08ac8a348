/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.files;

import dev.millrace.error.CheckpointException;
import dev.millrace.spi.FileStore;
import dev.millrace.spi.FileStoreProvider;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ServiceLoader;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds the file system of a directory by its scheme; without one, and with {@code file://}, it is the local one. */
public final class FileStores {
    private static final Pattern WITH_SCHEME = Pattern.compile("([a-zA-Z][a-zA-Z0-9+.-]*)://.*");

    private FileStores() {}

    /** The path of a directory of the local file system; null if it is of another. */
    public static @Nullable Path localPath(String directory) {
        String scheme = scheme(directory);
        if (scheme == null) {
            return Path.of(directory);
        }
        return scheme.equalsIgnoreCase("file") ? Path.of(URI.create(directory)) : null;
    }

    private static @Nullable String scheme(String directory) {
        Matcher matcher = WITH_SCHEME.matcher(directory);
        return matcher.matches() ? matcher.group(1) : null;
    }

    /** The files of a directory, wherever it is. */
    public static FileStore open(String directory) throws IOException {
        Path local = localPath(directory);
        if (local != null) {
            return new LocalFileStore(local);
        }
        String scheme = String.valueOf(scheme(directory));
        for (FileStoreProvider provider : ServiceLoader.load(FileStoreProvider.class)) {
            if (provider.accepts(scheme)) {
                return provider.open(directory);
            }
        }
        throw new CheckpointException("the checkpoint " + directory + " is of the scheme " + scheme
                + ", and nothing on the class path knows that; add the module that does, or name a local directory");
    }
}
