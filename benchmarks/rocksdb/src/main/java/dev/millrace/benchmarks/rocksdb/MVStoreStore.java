/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.benchmarks.rocksdb;

import java.nio.file.Path;
import java.util.Map;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.type.ByteArrayDataType;
import org.jspecify.annotations.Nullable;

/**
 * MVStore of H2 with its default settings but for the size of its cache: what is written together is committed and synced. Its own thread
 * may commit half of it before, and rewrites chunks of which little is live.
 */
final class MVStoreStore implements PeerStore {
    private final MVStore store;
    private final MVMap<byte[], byte[]> map;
    private final boolean sync;

    /** @param cacheBytes of its cache of pages; it is told in whole megabytes */
    MVStoreStore(long cacheBytes, boolean sync, Path directory) {
        this.sync = sync;
        store = new MVStore.Builder()
                .fileName(directory.resolve("store").toString())
                .cacheSize(Math.toIntExact(Math.max(1, cacheBytes >> 20)))
                .open();
        map = store.openMap(
                "counts",
                new MVMap.Builder<byte[], byte[]>()
                        .keyType(ByteArrayDataType.INSTANCE)
                        .valueType(ByteArrayDataType.INSTANCE));
    }

    @Override
    public byte @Nullable [] get(byte[] key) {
        return map.get(key);
    }

    @Override
    public void write(Iterable<Map.Entry<byte[], byte[]>> entries) {
        for (Map.Entry<byte[], byte[]> entry : entries) {
            map.put(entry.getKey(), entry.getValue());
        }
        store.commit();
        if (sync) {
            store.sync();
        }
    }

    @Override
    public void close() {
        store.close();
    }
}
