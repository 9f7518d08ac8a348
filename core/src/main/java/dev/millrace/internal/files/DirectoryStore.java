/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.files;

import dev.millrace.spi.FileStore;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A directory of a store as a store of its own. */
public final class DirectoryStore implements FileStore {
    private final FileStore store;
    private final String directory;

    public DirectoryStore(FileStore store, String directory) {
        this.store = store;
        this.directory = directory;
    }

    private String within(String path) {
        return path.isEmpty() ? directory : directory + "/" + path;
    }

    @Override
    public boolean canAppend() {
        return store.canAppend();
    }

    @Override
    public List<String> list(String path) throws IOException {
        return store.list(within(path));
    }

    @Override
    public InputStream open(String path) throws IOException {
        return store.open(within(path));
    }

    @Override
    public InputStream open(String path, long offset) throws IOException {
        return store.open(within(path), offset);
    }

    @Override
    public Appender create(String path) throws IOException {
        return store.create(within(path));
    }

    @Override
    public void rename(String from, String to) throws IOException {
        store.rename(within(from), within(to));
    }

    @Override
    public void delete(String path) throws IOException {
        store.delete(within(path));
    }

    @Override
    public void sync(String path) throws IOException {
        store.sync(within(path));
    }

    @Override
    public @Nullable Lock tryLock(String path) throws IOException {
        return store.tryLock(within(path));
    }

    @Override
    public String location() {
        return store.location() + "/" + directory;
    }
}
