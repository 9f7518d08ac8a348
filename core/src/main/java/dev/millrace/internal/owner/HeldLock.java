/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.owner;

import dev.millrace.spi.FileStore;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A lock that is closed once, however many threads let go of it: by then it may be held by the next program, from which a store
 * that knows it by its name would take it.
 */
final class HeldLock implements FileStore.Lock {
    private final FileStore.Lock lock;
    private final AtomicBoolean closed = new AtomicBoolean();

    private HeldLock(FileStore.Lock lock) {
        this.lock = lock;
    }

    /** Null if somebody else has it. */
    static @Nullable HeldLock tryLock(FileStore store, String path) throws IOException {
        FileStore.@Nullable Lock lock = store.tryLock(path);
        return lock == null ? null : new HeldLock(lock);
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            lock.close();
        }
    }
}
