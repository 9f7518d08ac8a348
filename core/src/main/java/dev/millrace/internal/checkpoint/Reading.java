/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.error.CheckpointException;
import dev.millrace.spi.FileStore;
import java.io.IOException;

/** Reads a checkpoint that a program may be using. */
final class Reading {
    private static final int ATTEMPTS = 3;

    private Reading() {}

    /** What it held when the last batch up to {@code until} had been decided. */
    static Recovered until(FileStore store, long until) {
        for (int attempt = 1; ; attempt++) {
            try {
                return once(store, until);
            } catch (CheckpointException e) {
                if (attempt == ATTEMPTS) { // a program that runs may have deleted what it had folded
                    throw e;
                }
            }
        }
    }

    private static Recovered once(FileStore store, long until) {
        try {
            Snapshots snapshots = new Snapshots(store);
            Snapshots.Loaded loaded = snapshots.newest(until);
            snapshots.applyJournals(loaded);
            loaded.image().detach(); // a program that runs may delete the files
            return new Recovered(loaded.image());
        } catch (IOException e) {
            throw failed(store, e);
        }
    }

    /** Of a start, which writes too. */
    static CheckpointException notOpened(FileStore store, Exception e) {
        return new CheckpointException(
                "the checkpoint " + store.location() + " cannot be opened: " + e
                        + "; check the path, its rights and the free space",
                e);
    }

    static CheckpointException failed(FileStore store, Exception e) {
        return new CheckpointException(
                "the checkpoint " + store.location() + " cannot be read: " + e + "; check the path and its rights", e);
    }
}
