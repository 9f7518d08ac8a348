/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.owner;

import dev.millrace.internal.log.CheckpointIdentity;
import dev.millrace.spi.FileStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The lock by which a program shows that it runs code which may publish. It has the lock from when it takes the checkpoint
 * until it is closed and nothing is being published any more, also when another has taken over or when it has given the
 * checkpoint up meanwhile. A start does not ask for it: it publishes what is decided itself, and receipts keep the other out.
 * A roll back does. Safe for several threads.
 */
final class RunningCode implements AutoCloseable {
    static final String LOCK = ".running";

    private static final Map<UUID, String> OF_THIS_PROCESS = new ConcurrentHashMap<>(); // programs by their runs

    private final FileStore.Lock lock;
    private final UUID run;
    private int publications;
    private boolean ending;
    private boolean ended;

    private RunningCode(FileStore.Lock lock, UUID run) {
        this.lock = lock;
        this.run = run;
    }

    /**
     * Takes the lock of a program that has just taken the checkpoint; null if code runs that had taken it under this number,
     * in a directory that was deleted since.
     *
     * @param program names it to people of the same process
     */
    static @Nullable RunningCode begin(FileStore store, CheckpointIdentity identity, String program)
            throws IOException {
        FileStore.@Nullable Lock lock = store.tryLock(Owners.path(identity.epoch()) + LOCK);
        if (lock == null) {
            return null;
        }
        OF_THIS_PROCESS.put(identity.runId(), program);
        return new RunningCode(lock, identity.runId());
    }

    /** The epochs before one whose programs run code that may publish, in order. */
    static List<Long> before(FileStore store, long epoch) throws IOException {
        List<Long> running = new ArrayList<>();
        for (String name : store.list(Owners.DIRECTORY)) {
            long number = Owners.numberOf(name);
            if (name.endsWith(LOCK) && number > 0 && number < epoch && Owners.isLocked(store, number, LOCK)) {
                running.add(number);
            }
        }
        return running;
    }

    /** The program of this process that an owner is; null if it is of another process, or has ended. */
    static @Nullable String ofThisProcess(Owner owner) {
        return owner.identity() == null
                ? null
                : OF_THIS_PROCESS.get(owner.identity().runId());
    }

    /** Keeps the lock as long as something is published, until that is closed; null if it is too late. */
    synchronized Ownership.@Nullable Publication publication() {
        if (ending) {
            return null;
        }
        publications++;
        AtomicBoolean open = new AtomicBoolean(true);
        return () -> {
            if (open.compareAndSet(true, false)) {
                published();
            }
        };
    }

    private synchronized void published() {
        publications--;
        endIfNothingIsPublished();
    }

    /** Lets nothing more be published, and lets go of the lock when what is being published has ended. Waits for nothing. */
    @Override
    public synchronized void close() {
        ending = true;
        endIfNothingIsPublished();
    }

    private void endIfNothingIsPublished() {
        if (ending && !ended && publications == 0) {
            ended = true;
            OF_THIS_PROCESS.remove(run);
            lock.close();
        }
    }
}
