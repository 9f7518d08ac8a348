/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.spi;

import dev.millrace.streaming.BatchTime;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A replayable source: it cuts what is there into slices, and reads any slice again with the same result.
 *
 * @param <T> the type of the records
 */
public interface Source<T> {
    /** For people, such as {@code files of /in}. */
    String description();

    /**
     * Returns whether a position is of this kind of source. If not, the program has given the name of another input to this one, and
     * does not start.
     *
     * @param position as {@link #open} would be given it, not empty
     */
    default boolean isOwn(Map<Object, Object> position) {
        return true;
    }

    /**
     * Opens the source where it was left.
     *
     * @param position the entries that the slices so far put, or null at the very first start
     */
    Cursor<T> open(@Nullable Map<Object, Object> position);

    /**
     * Opens the source where it was left, in a program. A source that needs to know nothing of the program leaves this as it is.
     *
     * @param position as for {@link #open(Map)}
     */
    default Cursor<T> open(@Nullable Map<Object, Object> position, SourceContext context) {
        return open(position);
    }

    /** A source being read. {@link #next} is called on the driver loop and must return soon. */
    interface Cursor<T> extends AutoCloseable {
        /**
         * The next slice: all that has come since the slice before, cut to the size for one batch; {@link InputSlice#EMPTY} if nothing.
         *
         * @param batch the batch that takes it
         */
        InputSlice next(BatchTime batch) throws Exception;

        /**
         * The position that a very first start has chosen, such as the files that it passes over. It is asked once after each
         * {@link Source#open}, before the first {@link #next}, and is durable before the start returns; so what comes after the
         * start is found by the next one, even if this one ends before a batch. Without a checkpoint it is asked, too, and nothing is kept.
         *
         * @return entries that are put into the position, or none if nothing was chosen, as when the source was opened where it
         *     was left: an entry would take the place of the one that says where
         */
        default Map<Object, Object> chosen() {
            return Map.of();
        }

        /**
         * Looks now at what is there, and returns when it knows; the thread that runs batches in virtual time calls it before the first of
         * them. A source that looks whenever it is asked for a slice has nothing to do here. It returns early when the source is closed.
         */
        default void refresh() throws Exception {}

        /**
         * The greatest number of records a second from now on, as back-pressure has found it, or as it begins with. Not called while
         * that is off.
         */
        default void setRate(double recordsPerSecond) {}

        /**
         * The batch of a slice is decided and published, and so are those before: a source may tell others how far the program has come. On
         * the batch thread; returns soon. Not called in a replay.
         */
        default void decided(InputSlice slice) {}

        /** The records of a slice of this run or of an earlier one. */
        PartitionedSource<T> read(InputSlice slice);

        @Override
        void close();
    }
}
