/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.benchmarks.rocksdb;

import java.nio.file.Path;
import java.util.List;

/** The stores that we are measured against. */
enum Peer {
    ROCKSDB("RocksDB", "rocksdb") {
        @Override
        PeerStore open(long cacheBytes, boolean sync, Path directory) throws Exception {
            return new RocksStore(cacheBytes, sync, directory);
        }
    },
    MVSTORE("MVStore", "MVStore", "H2-") {
        @Override
        PeerStore open(long cacheBytes, boolean sync, Path directory) {
            return new MVStoreStore(cacheBytes, sync, directory);
        }
    };

    private static final String CALLERS = "peer-get";

    private final String title;
    private final List<String> threads;

    /** @param threads the beginnings of the names of its threads */
    Peer(String title, String... threads) {
        this.title = title;
        this.threads = List.of(threads);
    }

    abstract PeerStore open(long cacheBytes, boolean sync, Path directory) throws Exception;

    String title() {
        return title;
    }

    static String nameOfCaller(int number) {
        return CALLERS + "-" + number;
    }

    /** Milliseconds of processor time of the threads of the store and of those that call it. */
    double processorTime() throws Exception {
        double millis = ProcessorTime.ofThreads(CALLERS);
        for (String name : threads) {
            millis += ProcessorTime.ofThreads(name);
        }
        return millis;
    }
}
