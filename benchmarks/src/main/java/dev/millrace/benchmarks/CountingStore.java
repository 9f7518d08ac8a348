/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.benchmarks;

import dev.millrace.internal.files.LocalFileStore;
import dev.millrace.spi.FileStore;
import dev.millrace.spi.FileStoreProvider;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A checkpoint in a local directory that counts the bytes which are written into it; see {@link Provider} for its address. */
final class CountingStore implements FileStore {
    private static final String SCHEME = "counted";
    private static final Set<String> FOLDED = Set.of("snapshots", "runs"); // directories
    private static final Map<String, CountingStore> OPENED = new ConcurrentHashMap<>();

    private final LocalFileStore files;
    private final Map<String, Long> sizes = new HashMap<>(); // of the files that are there, by path
    private long folded;
    private long changes;
    private long mostSpace;

    private CountingStore(Path directory) {
        files = new LocalFileStore(directory);
    }

    /** The directory that a program is given, so that what it writes there is counted. */
    static String address(Path directory) {
        return SCHEME + "://" + directory;
    }

    /** The store of an address, which is one in the process. */
    static CountingStore at(String address) {
        return OPENED.computeIfAbsent(
                address, text -> new CountingStore(Path.of(text.substring(SCHEME.length() + "://".length()))));
    }

    /** Stores whose address begins with {@code counted://}. */
    public static final class Provider implements FileStoreProvider {
        @Override
        public boolean accepts(String scheme) {
            return scheme.equalsIgnoreCase(SCHEME);
        }

        @Override
        public FileStore open(String directory) {
            return at(directory);
        }
    }

    /** The bytes that were written of what folding makes. */
    synchronized long folded() {
        return folded;
    }

    /** The bytes that were written of everything else: of changes, plans and commits. */
    synchronized long changes() {
        return changes;
    }

    /** The bytes of all files that are there. */
    synchronized long space() {
        return sizes.values().stream().mapToLong(size -> size).sum();
    }

    /** The most that {@link #space} was since this was called last. */
    synchronized long mostSpace() {
        long most = mostSpace;
        mostSpace = 0;
        return most;
    }

    private synchronized void add(String path, int bytes) {
        sizes.merge(path, (long) bytes, Long::sum);
        mostSpace = Math.max(mostSpace, space());
        if (FOLDED.contains(path.split("/", 2)[0])) {
            folded += bytes;
        } else {
            changes += bytes;
        }
    }

    private static boolean isIn(String path, String directory) {
        return path.equals(directory) || path.startsWith(directory + "/");
    }

    @Override
    public Appender create(String path) throws IOException {
        Appender file = files.create(path);
        return new Appender() {
            @Override
            public void append(byte[] bytes) throws IOException {
                append(bytes, 0, bytes.length);
            }

            @Override
            public void append(byte[] bytes, int offset, int length) throws IOException {
                file.append(bytes, offset, length);
                add(path, length);
            }

            @Override
            public void sync() throws IOException {
                file.sync();
            }

            @Override
            public void close() throws IOException {
                file.close();
            }
        };
    }

    @Override
    public synchronized void rename(String from, String to) throws IOException {
        files.rename(from, to);
        List<String> moved =
                sizes.keySet().stream().filter(path -> isIn(path, from)).toList();
        for (String path : moved) {
            sizes.put(to + path.substring(from.length()), sizes.remove(path));
        }
    }

    @Override
    public synchronized void delete(String path) throws IOException {
        files.delete(path);
        sizes.keySet().removeIf(file -> isIn(file, path));
    }

    @Override
    public List<String> list(String directory) throws IOException {
        return files.list(directory);
    }

    @Override
    public InputStream open(String path) throws IOException {
        return files.open(path);
    }

    @Override
    public InputStream open(String path, long offset) throws IOException {
        return files.open(path, offset);
    }

    @Override
    public void sync(String path) throws IOException {
        files.sync(path);
    }

    @Override
    public @Nullable Lock tryLock(String path) throws IOException {
        return files.tryLock(path);
    }

    @Override
    public String location() {
        return files.location();
    }
}
