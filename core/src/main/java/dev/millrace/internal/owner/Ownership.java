/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.owner;

import dev.millrace.error.CheckpointException;
import dev.millrace.spi.FileStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The right to write a checkpoint, taken. The owner is who made the file with the highest number in the directory
 * {@code owners}; while it lives it holds a lock beside that file. Whoever makes the next file has taken over, and the
 * one before finds out when it next {@linkplain #check checks}. Safe for several threads.
 */
public final class Ownership implements Epoch, AutoCloseable {
    private static final String DIRECTORY = "owners";
    private static final String LOCK = ".lock";
    private static final int KEPT = 2; // the owner and the one before it, for people

    private final FileStore store;
    private final long number;
    private final FileStore.Lock lock;

    private Ownership(FileStore store, long number, FileStore.Lock lock) {
        this.store = store;
        this.number = number;
        this.lock = lock;
    }

    /**
     * Takes a checkpoint. Of several programs that try at the same time one succeeds.
     *
     * @param takeover whether to take it from a program that lives, too
     * @param remedy what to do about such a program, for people
     * @throws CheckpointException if another program has it and {@code takeover} is false
     */
    public static Ownership claim(FileStore store, boolean takeover, String remedy) throws IOException {
        while (true) {
            long before = newest(store);
            FileStore.@Nullable Lock lock = store.tryLock(path(before + 1) + LOCK);
            if (lock == null) {
                if (newest(store) == before) {
                    throw new CheckpointException("another program is just starting with the checkpoint "
                            + store.location() + "; let one of the two have it");
                }
                continue; // it has started meanwhile
            }
            boolean claimed = false;
            try {
                if (!takeover) {
                    checkFree(store, before, remedy);
                }
                if (create(store, before + 1)) {
                    forget(store, before + 1 - KEPT);
                    claimed = true;
                    return new Ownership(store, before + 1, lock);
                }
            } finally {
                if (!claimed) {
                    lock.close();
                }
            }
        }
    }

    /** Only who holds the lock of the next epoch asks, so nobody takes the question for a living owner. */
    private static void checkFree(FileStore store, long epoch, String remedy) throws IOException {
        if (epoch > 0) {
            FileStore.@Nullable Lock free = store.tryLock(path(epoch) + LOCK);
            if (free == null) {
                throw new CheckpointException(
                        "the checkpoint " + store.location() + " is in use by " + owner(store, epoch) + "; " + remedy);
            }
            free.close();
        }
    }

    /** False if others were faster, so that this would not be the highest number. */
    private static boolean create(FileStore store, long epoch) throws IOException {
        try (FileStore.Appender file = store.create(path(epoch))) {
            file.append(Owner.thisProcess().encode());
            file.sync();
        } catch (FileAlreadyExistsException e) {
            return false;
        }
        if (newest(store) != epoch) { // the file of that number was made, and forgotten, long ago
            store.delete(path(epoch));
            return false;
        }
        return true;
    }

    private static void forget(FileStore store, long until) throws IOException {
        for (String name : store.list(DIRECTORY)) {
            if (Long.parseLong(name.replace(LOCK, "")) <= until) {
                store.delete(DIRECTORY + "/" + name);
            }
        }
    }

    private static long newest(FileStore store) throws IOException {
        List<String> names = store.list(DIRECTORY);
        return names.stream()
                .filter(name -> name.matches("\\d{10}"))
                .mapToLong(Long::parseLong)
                .max()
                .orElse(0);
    }

    private static Owner owner(FileStore store, long epoch) throws IOException {
        try (InputStream in = store.open(path(epoch))) {
            return Owner.decode(in.readAllBytes());
        }
    }

    /** Who has taken the checkpoint last, and may have ended since; null if nobody has. Nothing is locked. */
    public static @Nullable String last(FileStore store) throws IOException {
        long epoch = newest(store);
        return epoch == 0 ? null : owner(store, epoch).toString();
    }

    private static String path(long epoch) {
        return DIRECTORY + "/" + String.format(Locale.ROOT, "%010d", epoch);
    }

    @Override
    public long number() {
        return number;
    }

    @Override
    public void check() throws IOException {
        long newest = newest(store);
        if (newest > number) {
            throw new CheckpointException("the checkpoint " + store.location() + " was taken over by "
                    + owner(store, newest)
                    + "; this program decides and publishes nothing any more: stop it, or take the checkpoint back");
        }
    }

    @Override
    public void close() {
        lock.close();
    }
}
