/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.internal;

import dev.millrace.spi.FileStore;
import dev.millrace.spi.FileStoreProvider;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Gives each store of a test a directory's name, by which a program finds it: {@code given://1}. Any thread. */
public final class GivenStores implements FileStoreProvider {
    private static final String SCHEME = "given";
    private static final AtomicLong LAST = new AtomicLong();
    private static final Map<String, WeakReference<FileStore>> STORES = new ConcurrentHashMap<>();

    /** A name of its own for {@code store}, which lasts as long as somebody holds the store. */
    public static String directoryOf(FileStore store) {
        STORES.values().removeIf(old -> old.get() == null);
        String directory = SCHEME + "://" + LAST.incrementAndGet();
        STORES.put(directory, new WeakReference<>(store));
        return directory;
    }

    @Override
    public boolean accepts(String scheme) {
        return scheme.equalsIgnoreCase(SCHEME);
    }

    @Override
    public FileStore open(String directory) throws IOException {
        WeakReference<FileStore> reference = STORES.get(directory);
        @Nullable FileStore store = reference == null ? null : reference.get();
        if (store == null) {
            throw new IOException("no test holds the store " + directory);
        }
        return store;
    }
}
