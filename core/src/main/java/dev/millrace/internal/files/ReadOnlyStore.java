/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.files;

import dev.millrace.spi.FileStore;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The files of another program, which are looked at: what is deleted is only not seen here any more, what adds to them is
 * refused.
 */
public final class ReadOnlyStore implements FileStore {
    private final FileStore store;
    private final Set<String> deleted = ConcurrentHashMap.newKeySet();

    public ReadOnlyStore(FileStore store) {
        this.store = store;
    }

    @Override
    public boolean canAppend() {
        return store.canAppend();
    }

    @Override
    public List<String> list(String directory) throws IOException {
        List<String> names = store.list(directory);
        if (deleted.isEmpty()) {
            return names;
        }
        String prefix = directory.isEmpty() ? "" : directory + "/";
        return names.stream().filter(name -> !deleted.contains(prefix + name)).toList();
    }

    @Override
    public InputStream open(String path) throws IOException {
        return store.open(path);
    }

    @Override
    public InputStream open(String path, long offset) throws IOException {
        return store.open(path, offset);
    }

    @Override
    public void sync(String path) {
        // its owner does
    }

    @Override
    public void delete(String path) {
        deleted.add(path); // its owner may need it
    }

    @Override
    public Appender create(String path) throws IOException {
        throw new IOException(location() + " is only read here; nothing can be written to " + path);
    }

    @Override
    public void rename(String from, String to) throws IOException {
        throw new IOException(location() + " is only read here; " + from + " cannot be renamed");
    }

    @Override
    public @Nullable Lock tryLock(String path) throws IOException {
        throw new IOException(location() + " is only read here; it cannot be locked");
    }

    @Override
    public String location() {
        return store.location();
    }
}
