/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.owner;

import dev.millrace.error.CheckpointException;
import dev.millrace.spi.FileStore;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Says that a program has given its checkpoint up while threads of it may still go on. It may come before the program has
 * taken the checkpoint: then the program does not get it any more. Safe for several threads.
 */
public final class Revocation {
    private final String program;
    private volatile boolean revoked;
    private FileStore.@Nullable Lock lock;

    public Revocation() {
        this("program");
    }

    /** @param program names it to people of the same process */
    public Revocation(String program) {
        this.program = program;
    }

    String program() {
        return program;
    }

    /** Gives the checkpoint up, and lets go of its lock. Waits for nothing. */
    public void revoke() {
        synchronized (this) {
            revoked = true;
        }
        release();
    }

    /**
     * Takes the lock of the program, which it lets go of at once if it has given the checkpoint up already.
     *
     * @return false if another program has it
     */
    boolean tryLock(FileStore store, String path) throws IOException {
        FileStore.@Nullable Lock taken = store.tryLock(path);
        if (taken == null) {
            return false;
        }
        boolean late;
        synchronized (this) {
            lock = taken;
            late = revoked;
        }
        if (late) {
            release();
        }
        return true;
    }

    /**
     * Lets go of the lock, once however many threads do so: by then it may be held by the next program, from which a store that knows it
     * by its name would take it.
     */
    void release() {
        FileStore.@Nullable Lock held;
        synchronized (this) {
            held = lock;
            lock = null;
        }
        if (held != null) {
            held.close();
        }
    }

    /** Throws if the checkpoint was given up; nothing is read. */
    void check(FileStore store) {
        if (revoked) {
            throw new CheckpointException("the program was stopped before this code had ended, and has given up the"
                    + " checkpoint " + store.location() + "; it decides and publishes nothing any more");
        }
    }
}
