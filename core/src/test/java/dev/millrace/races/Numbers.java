/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.races;

import dev.millrace.spi.InputSlice;
import dev.millrace.spi.PartitionedSource;
import dev.millrace.spi.Source;
import dev.millrace.streaming.BatchTime;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** The numbers from 0 on, a few a batch. */
final class Numbers implements Source<Long> {
    private static final int MOST = 7;

    private final long end;
    private final Mischief mischief;
    private final Runnable allTaken;

    /** @param allTaken hears each time that there is no more */
    Numbers(long end, Mischief mischief, Runnable allTaken) {
        this.end = end;
        this.mischief = mischief;
        this.allTaken = allTaken;
    }

    @Override
    public String description() {
        return "the numbers below " + end;
    }

    @Override
    public Cursor<Long> open(@Nullable Map<Object, Object> position) {
        mischief.at(Place.SOURCE_OPEN);
        return new Reading(position);
    }

    private final class Reading implements Cursor<Long> {
        private final boolean first;
        private long next;

        Reading(@Nullable Map<Object, Object> position) {
            first = position == null;
            next = position == null ? 0 : (long) position.getOrDefault("next", 0L);
        }

        @Override
        public Map<Object, Object> chosen() {
            mischief.at(Place.SOURCE_CHOSEN);
            return first ? Map.of("next", 0L) : Map.of();
        }

        @Override
        public InputSlice next(BatchTime batch) {
            mischief.at(Place.SOURCE_NEXT);
            long from = next;
            next = Math.min(end, from + MOST);
            if (from == next) {
                allTaken.run();
                return InputSlice.EMPTY;
            }
            return new InputSlice(next - from, "numbers from " + from, List.of(from, next), Map.of("next", next));
        }

        @Override
        public PartitionedSource<Long> read(InputSlice slice) {
            return new Slice(
                    (long) slice.content().get(0), (long) slice.content().get(1), mischief);
        }

        @Override
        public void close() {
            mischief.at(Place.SOURCE_CLOSE);
        }
    }

    /** Even and odd numbers. */
    private static final class Slice implements PartitionedSource<Long> {
        private static final long serialVersionUID = 1;

        private final long from;
        private final long until;
        private final transient Mischief mischief;

        Slice(long from, long until, Mischief mischief) {
            this.from = from;
            this.until = until;
            this.mischief = mischief;
        }

        @Override
        public int partitions() {
            return 2;
        }

        @Override
        public Iterator<Long> read(int partition) {
            mischief.at(Place.SOURCE_READ);
            List<Long> numbers = new ArrayList<>();
            LongStream.range(from, until).filter(n -> n % 2 == partition).forEach(numbers::add);
            return numbers.iterator();
        }
    }
}
