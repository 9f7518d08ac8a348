/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.receive;

import dev.millrace.spi.FileStore;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Files in memory that know what of them was synced, and a disk that can be made to fail or to wait. */
public final class MemoryStore implements FileStore {
    /** What a disk does before it writes or syncs. */
    public interface Disk {
        /** How many of the bytes it takes; with fewer than there are the write fails. */
        default int takes(int bytes) throws IOException {
            return bytes;
        }

        default void sync() throws IOException {}
    }

    /** What happens before a file is deleted. */
    interface Deleting {
        void delete(String path) throws IOException;
    }

    private static final class MemoryFile {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int synced;
    }

    private final Map<String, MemoryFile> files = new TreeMap<>();
    private final boolean appends;
    public volatile Disk disk = new Disk() {};
    volatile Deleting deleting = path -> {};
    volatile Consumer<String> opening = path -> {};

    public MemoryStore() {
        this(true);
    }

    /** @param appends whether a file can grow after it was synced */
    public MemoryStore(boolean appends) {
        this.appends = appends;
    }

    @Override
    public boolean canAppend() {
        return appends;
    }

    /** The files as they are now. */
    synchronized MemoryStore afterKill() {
        MemoryStore copy = new MemoryStore(appends);
        files.forEach((path, file) -> {
            copy.put(path, file.bytes.toByteArray());
            copy.files.get(path).synced = file.synced;
        });
        return copy;
    }

    /** The files with no more than what was synced. */
    public synchronized MemoryStore afterPowerFailure() {
        MemoryStore copy = new MemoryStore(appends);
        files.forEach((path, file) -> copy.put(path, Arrays.copyOf(file.bytes.toByteArray(), file.synced)));
        return copy;
    }

    synchronized byte[] get(String path) {
        return files.get(path).bytes.toByteArray();
    }

    synchronized void put(String path, byte[] bytes) {
        MemoryFile file = new MemoryFile();
        file.bytes.writeBytes(bytes);
        file.synced = bytes.length;
        files.put(path, file);
    }

    @Override
    public synchronized List<String> list(String directory) {
        return files.keySet().stream()
                .filter(path -> path.startsWith(directory + "/"))
                .map(path -> path.substring(directory.length() + 1))
                .toList();
    }

    @Override
    public synchronized InputStream open(String path) throws IOException {
        opening.accept(path);
        if (!files.containsKey(path)) {
            throw new NoSuchFileException(path);
        }
        return new ByteArrayInputStream(get(path));
    }

    @Override
    public synchronized Appender create(String path) throws IOException {
        if (files.containsKey(path)) {
            throw new FileAlreadyExistsException(path);
        }
        MemoryFile file = new MemoryFile();
        if (appends) {
            files.put(path, file);
        }
        return new Appender() {
            @Override
            public void append(byte[] bytes) throws IOException {
                int taken = disk.takes(bytes.length);
                synchronized (MemoryStore.this) {
                    file.bytes.write(bytes, 0, taken);
                }
                if (taken < bytes.length) {
                    throw new IOException("No space left on device");
                }
            }

            @Override
            public void sync() throws IOException {
                disk.sync();
                synchronized (MemoryStore.this) {
                    if (!appends && files.putIfAbsent(path, file) != null) {
                        throw new FileAlreadyExistsException(path);
                    }
                    file.synced = file.bytes.size();
                }
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public synchronized void sync(String path) {
        MemoryFile file = files.get(path);
        if (file != null) {
            file.synced = file.bytes.size();
        }
    }

    @Override
    public void rename(String from, String to) {
        throw new UnsupportedOperationException("the log renames nothing");
    }

    @Override
    public synchronized void delete(String path) throws IOException {
        deleting.delete(path);
        files.remove(path);
    }

    @Override
    public Lock tryLock(String path) {
        return () -> {};
    }

    @Override
    public String location() {
        return "memory";
    }
}
