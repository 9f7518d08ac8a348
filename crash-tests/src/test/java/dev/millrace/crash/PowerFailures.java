/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.crash;

import dev.millrace.spi.FileStore;
import dev.millrace.spi.FileStoreProvider;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Opens {@code power:///path}: a local directory that has what was synced when the process dies, and nothing else. */
public final class PowerFailures implements FileStoreProvider {
    /** A system property: a pattern of paths whose syncs do nothing. */
    static final String NEVER_SYNCED = "millrace.crash.neverSynced";

    private static final String SCHEME = "power";
    private static final Map<String, PowerFailingStore> OPENED = new ConcurrentHashMap<>();

    static String directory(Path path) {
        return SCHEME + "://" + path;
    }

    /** This process ends by itself. */
    static void end() {
        OPENED.values().forEach(PowerFailingStore::end);
    }

    /** Whoever uses {@code directory} is taken for dead from now on. */
    static void fail(String directory) {
        @Nullable PowerFailingStore store = OPENED.remove(directory);
        if (store != null) {
            store.fail();
        }
    }

    @Override
    public boolean accepts(String scheme) {
        return scheme.equals(SCHEME);
    }

    @Override
    public FileStore open(String directory) {
        Path path = Path.of(directory.substring(directory(Path.of("")).length()));
        PowerFailingStore store = new PowerFailingStore(path, System.getProperty(NEVER_SYNCED, ""));
        OPENED.put(directory, store);
        return store;
    }
}
