/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.spi.FileStore;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Another store's files; what a test wants otherwise, it overrides. */
public class ForwardingStore implements FileStore {
    private final FileStore real;

    public ForwardingStore(FileStore real) {
        this.real = real;
    }

    @Override
    public List<String> list(String directory) throws IOException {
        return real.list(directory);
    }

    @Override
    public InputStream open(String path) throws IOException {
        return real.open(path);
    }

    @Override
    public Appender create(String path) throws IOException {
        return real.create(path);
    }

    @Override
    public void rename(String from, String to) throws IOException {
        real.rename(from, to);
    }

    @Override
    public void delete(String path) throws IOException {
        real.delete(path);
    }

    @Override
    public @Nullable Lock tryLock(String path) throws IOException {
        return real.tryLock(path);
    }

    @Override
    public String location() {
        return real.location();
    }
}
