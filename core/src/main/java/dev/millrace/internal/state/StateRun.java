/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.state;

import dev.millrace.internal.changes.ChangeBlock.Change;
import dev.millrace.internal.memory.MemorySpace;
import dev.millrace.internal.runs.LocalRun;
import dev.millrace.internal.runs.Run;
import dev.millrace.internal.runs.RunCopy;
import dev.millrace.internal.runs.RunCursor;
import dev.millrace.internal.runs.RunWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A run of a partition on disk: its file, and its keys by last touch where keys time out. Both files are deleted when the last version that
 * has it is let go of. Safe for several threads.
 */
final class StateRun {
    private static final int CHECK_MASK = 1023;

    private final RunCopy copy;
    private final @Nullable TouchedKeys touched;
    private int holders = 1; // whoever made it

    private StateRun(RunCopy copy, @Nullable TouchedKeys touched) {
        this.copy = copy;
        this.touched = touched;
    }

    /** One whose keys are not to be found by their touch. */
    static StateRun of(RunCopy copy) {
        return new StateRun(copy, null);
    }

    /**
     * Writes one.
     *
     * @param settled no key that was touched before is to be found by its touch
     * @param stopped asked in between, whether nobody wants it any more
     * @return null if it was stopped
     */
    static @Nullable StateRun write(
            MemorySpace space, RunCursor entries, boolean timed, long settled, BooleanSupplier stopped)
            throws IOException {
        try (Writer writer = new Writer(space, timed, settled, 1)) {
            for (int count = 1; entries.next(); count++) {
                writer.add(entries);
                if ((count & CHECK_MASK) == 0 && stopped.getAsBoolean()) {
                    return null;
                }
            }
            return writer.finish();
        }
    }

    /** Writes one, entry by entry in the order of a run; what it has written goes if it is closed before it is finished. */
    static final class Writer implements AutoCloseable {
        private final MemorySpace space;
        private final Path path;
        private final RunWriter run;
        private final @Nullable TouchedKeys touched;
        private final long settled;
        private boolean finished;

        /**
         * @param settled no key that was touched before is to be found by its touch
         * @param together how many are written at the same time
         */
        Writer(MemorySpace space, boolean timed, long settled, int together) throws IOException {
            this.space = space;
            path = space.newPath();
            this.settled = settled;
            touched = timed ? new TouchedKeys(space, together) : null;
            boolean opened = false;
            try {
                run = LocalRun.writer(path);
                opened = true;
            } finally {
                if (!opened && touched != null) {
                    touched.close();
                }
            }
        }

        void add(RunCursor entry) throws IOException {
            run.add(entry);
            if (touched != null && entry.change() != Change.REMOVE && entry.touched() >= settled) {
                touched.add(entry.keyArray(), entry.keyFrom(), entry.keyTo(), entry.touched());
            }
        }

        StateRun finish() throws IOException {
            if (touched != null) {
                touched.complete();
            }
            StateRun written = new StateRun(RunCopy.open(path, run.finish()), touched);
            finished = true;
            space.spilled();
            return written;
        }

        @Override
        public void close() throws IOException {
            run.close();
            if (!finished) {
                if (touched != null) {
                    touched.close();
                }
                Files.deleteIfExists(path);
            }
        }
    }

    Run run() {
        return copy.run();
    }

    /** Null if keys do not time out. */
    @Nullable
    TouchedKeys touched() {
        return touched;
    }

    long bytes() {
        return run().seal().bytes();
    }

    /** The memory that it takes, in bytes. */
    long memoryBytes() {
        return run().memoryBytes();
    }

    /** Keys that were touched before {@code limit} are not to be found by their touch any more. */
    void settle(long limit) {
        if (touched != null) {
            touched.settle(limit);
        }
    }

    synchronized void hold() {
        holders++;
    }

    void release() {
        synchronized (this) {
            if (--holders > 0) {
                return;
            }
        }
        copy.delete();
        if (touched != null) {
            touched.close();
        }
    }
}
