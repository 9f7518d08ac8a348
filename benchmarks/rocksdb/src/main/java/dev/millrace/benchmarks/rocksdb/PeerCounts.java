/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.benchmarks.rocksdb;

import dev.millrace.benchmarks.TemporaryFiles;
import dev.millrace.benchmarks.Updates;
import dev.millrace.internal.codec.Schemas;
import dev.millrace.internal.codec.ValueCodec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** The counts in a peer: each key of a batch is read once, counted, and written with all others. Keys and counts are encoded as a state's. */
final class PeerCounts implements Counts {
    private final Updates updates;
    private final Path directory;
    private final ExecutorService pool;
    private final int threads;
    private final ValueCodec codec = ValueCodec.builtIn();
    private final PeerStore store;
    private long next;

    PeerCounts(Updates updates, int threads, PeerStore store, Path directory) {
        this.updates = updates;
        this.threads = threads;
        this.store = store;
        this.directory = directory;
        AtomicInteger started = new AtomicInteger();
        pool = Executors.newFixedThreadPool(
                threads, work -> new Thread(work, Peer.nameOfCaller(started.incrementAndGet())));
    }

    @Override
    public long count() throws Exception {
        return pool.submit(this::countNext).get();
    }

    private long countNext() throws Exception {
        List<Part> parts = parts(next++);
        List<Future<Void>> others = new ArrayList<>();
        for (Part part : parts.subList(1, threads)) {
            others.add(pool.submit(part));
        }
        parts.get(0).call();
        for (Future<Void> other : others) {
            other.get();
        }
        long sum = 0;
        List<Map.Entry<byte[], byte[]>> entries = new ArrayList<>();
        for (Part part : parts) {
            sum += part.sum;
            part.addTo(entries);
        }
        store.write(entries);
        return sum;
    }

    /** The records of a batch by threads, each key in one part. */
    private List<Part> parts(long batch) {
        List<Part> parts = new ArrayList<>();
        for (int thread = 0; thread < threads; thread++) {
            parts.add(new Part());
        }
        for (int partition = 0; partition < Updates.partitions(); partition++) {
            for (Iterator<String> keys = updates.read(batch, partition); keys.hasNext(); ) {
                String key = keys.next();
                parts.get(Math.floorMod(key.hashCode(), threads)).keys.add(key);
            }
        }
        return parts;
    }

    private final class Part implements Callable<Void> {
        private final List<String> keys = new ArrayList<>();
        private final Map<String, Counted> counted = new HashMap<>();
        private final Schemas schemas = new Schemas();
        private long sum;

        @Override
        public Void call() throws Exception {
            for (String key : keys) {
                Counted entry = counted.get(key);
                if (entry == null) {
                    byte[] encoded = codec.encodeKey(key, schemas);
                    byte[] value = store.get(encoded);
                    entry = new Counted(encoded, value == null ? 0 : (Long) codec.decodeValue(value, schemas));
                    counted.put(key, entry);
                }
                sum += Counts.mixed(key, ++entry.count);
            }
            return null;
        }

        void addTo(List<Map.Entry<byte[], byte[]>> entries) {
            for (Counted entry : counted.values()) {
                entries.add(Map.entry(entry.key, codec.encodeValue(entry.count, schemas)));
            }
        }
    }

    private static final class Counted {
        private final byte[] key;
        private long count;

        Counted(byte[] key, long count) {
            this.key = key;
            this.count = count;
        }
    }

    @Override
    public long bytesOnDisk() throws IOException {
        return TemporaryFiles.bytes(directory);
    }

    @Override
    public void close() {
        pool.shutdown();
        store.close();
    }
}
