/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.benchmarks.rocksdb;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/** RocksDB with its default options: what is written together is one write batch. */
final class RocksStore implements PeerStore {
    private final LRUCache cache;
    private final Options options;
    private final WriteOptions synced;
    private final RocksDB db;

    /** @param cacheBytes of its cache of blocks, which has all that it keeps in memory but what was written last */
    RocksStore(long cacheBytes, boolean sync, Path directory) throws RocksDBException {
        RocksDB.loadLibrary();
        cache = new LRUCache(cacheBytes);
        options = new Options()
                .setCreateIfMissing(true)
                .setTableFormatConfig(new BlockBasedTableConfig().setBlockCache(cache));
        synced = new WriteOptions().setSync(sync);
        db = RocksDB.open(options, directory.toString());
    }

    @Override
    public byte @Nullable [] get(byte[] key) throws RocksDBException {
        return db.get(key);
    }

    @Override
    public void write(Iterable<Map.Entry<byte[], byte[]>> entries) throws RocksDBException {
        try (WriteBatch batch = new WriteBatch()) {
            for (Map.Entry<byte[], byte[]> entry : entries) {
                batch.put(entry.getKey(), entry.getValue());
            }
            db.write(synced, batch);
        }
    }

    @Override
    public void close() {
        db.close();
        synced.close();
        options.close();
        cache.close();
    }
}
