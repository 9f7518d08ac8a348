/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.benchmarks.rocksdb;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A store of keys and values that somebody else has built. */
interface PeerStore extends AutoCloseable {
    /** Returns the value of a key, or null; any thread may ask. */
    byte @Nullable [] get(byte[] key) throws Exception;

    /** Writes all entries, so that they survive the machine's end if the store was told to sync. */
    void write(Iterable<Map.Entry<byte[], byte[]>> entries) throws Exception;

    @Override
    void close();
}
