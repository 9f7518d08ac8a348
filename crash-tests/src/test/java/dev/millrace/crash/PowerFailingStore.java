/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.crash;

import dev.millrace.internal.files.LocalFileStore;
import dev.millrace.spi.FileStore;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A local directory to which bytes are written when they are synced; until then they stand in the memory of the process,
 * which sees them, and are lost when it is killed. Which files there are is durable at once. Any thread.
 */
final class PowerFailingStore implements FileStore {
    private final LocalFileStore files;
    private final String neverSynced;
    private final Map<String, Unsynced> unsynced = new TreeMap<>();
    private boolean dead;

    PowerFailingStore(Path root, String neverSynced) {
        files = new LocalFileStore(root);
        this.neverSynced = neverSynced;
    }

    private record Unsynced(Appender file, ByteArrayOutputStream bytes) {
        void write() throws IOException {
            file.append(bytes.toByteArray());
            bytes.reset();
        }
    }

    /** The process ends by itself, and the system writes what it has written. */
    synchronized void end() {
        unsynced.forEach((path, file) -> {
            try {
                file.write();
            } catch (IOException e) {
                e.printStackTrace();
            }
        });
    }

    /** The process is taken for dead; nothing is written any more. */
    synchronized void fail() {
        dead = true;
    }

    @Override
    public List<String> list(String directory) throws IOException {
        return files.list(directory);
    }

    @Override
    public synchronized InputStream open(String path) throws IOException {
        InputStream written = files.open(path);
        Unsynced file = unsynced.get(path);
        return file == null
                ? written
                : new SequenceInputStream(
                        written, new ByteArrayInputStream(file.bytes().toByteArray()));
    }

    @Override
    public synchronized Appender create(String path) throws IOException {
        Unsynced file = new Unsynced(files.create(path), new ByteArrayOutputStream());
        unsynced.put(path, file);
        return new Appender() {
            @Override
            public void append(byte[] bytes) {
                synchronized (PowerFailingStore.this) {
                    file.bytes().writeBytes(bytes);
                }
            }

            @Override
            public void sync() throws IOException {
                PowerFailingStore.this.sync(path, file);
            }

            @Override
            public void close() {} // what it was not synced for stays lost
        };
    }

    private synchronized void sync(String path, Unsynced file) throws IOException {
        if (!dead && !path.matches(neverSynced)) {
            file.write();
            file.file().sync();
        }
    }

    @Override
    public synchronized void sync(String path) throws IOException {
        Unsynced file = unsynced.get(path);
        if (file != null) {
            sync(path, file);
        } else {
            files.sync(path);
        }
    }

    @Override
    public synchronized void rename(String from, String to) throws IOException {
        files.rename(from, to);
        for (String path : List.copyOf(unsynced.keySet())) {
            if (isBelow(path, from)) {
                unsynced.put(to + path.substring(from.length()), unsynced.remove(path));
            }
        }
    }

    @Override
    public synchronized void delete(String path) throws IOException {
        files.delete(path);
        unsynced.keySet().removeIf(known -> isBelow(known, path));
    }

    private static boolean isBelow(String path, String top) {
        return path.equals(top) || path.startsWith(top + "/");
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
