/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.owner;

import dev.millrace.error.CheckpointException;
import dev.millrace.spi.FileStore;
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
        FileStore.Lock held;
        synchronized (this) {
            revoked = true;
            held = lock;
        }
        if (held != null) {
            held.close();
        }
    }

    /** The program holds a lock now, which it lets go of when it gives the checkpoint up. */
    void holds(FileStore.Lock held) {
        boolean late;
        synchronized (this) {
            lock = held;
            late = revoked;
        }
        if (late) {
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
