/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.window;

import dev.millrace.internal.memory.MemorySpace;
import dev.millrace.streaming.BatchTime;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/**
 * One partition of what is kept of a window from slide to slide, in memory. It follows from the panes alone: whatever went wrong, it
 * is built again from them, and gives the same then. Not thread safe.
 *
 * @param <P> the panes of a slide
 * @param <T> the records that a slide gives
 */
public interface Contents<P, T> {
    /**
     * Moves to {@code time}, and gives what the window is then.
     *
     * @param room is asked while it grows, before anything is given
     * @throws Room.NoRoom if that has none
     */
    void slide(BatchTime time, P panes, Room room, Consumer<T> sink);

    /** About how much memory it takes beside keys and values; known at once. */
    long frameBytes();

    /**
     * About how much memory it takes, keys and values included: panes that have gone to disk do not hold them any more.
     *
     * @param sizeOf tells what a key or a value takes
     */
    long bytes(ToLongFunction<Object> sizeOf);

    /** The same on disk, empty. */
    OnDisk<P, T> onDisk(MemorySpace space);

    /** Contents that are on disk, of which a slide has a part in memory at a time. */
    interface OnDisk<P, T> extends AutoCloseable {
        /**
         * Moves to {@code time}, and gives what the window is then, in the order in which contents in memory give it.
         *
         * @param room is told of what is in memory
         */
        void slide(BatchTime time, P panes, Room room, Consumer<T> sink);

        /** About how much it would take in memory. */
        long expandedBytes();

        /** Returns whether some of it stays in memory, because the codec does not know its types. */
        boolean isStuck();

        /** Deletes the files. */
        @Override
        void close();
    }
}
