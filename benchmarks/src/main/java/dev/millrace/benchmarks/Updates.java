/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.benchmarks;

import dev.millrace.spi.InputSlice;
import dev.millrace.spi.PartitionedSource;
import dev.millrace.spi.Source;
import dev.millrace.streaming.BatchTime;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * The keys of the records of each batch, the same ones in every run: first every key once, in order, then keys that are drawn. The
 * very first batch is empty and has no number.
 *
 * @param keys the number of different keys; a multiple of {@code perLoad}
 * @param perLoad the number of records in a batch while every key comes once
 * @param perBatch the number of records in a batch from then on
 */
public record Updates(long keys, long perLoad, long perBatch, Draw draw) implements Source<String> {
    private static final int PARTITIONS = 2;

    public Updates {
        if (keys % perLoad != 0) {
            throw new IllegalArgumentException("keys=" + keys + " is no multiple of load=" + perLoad
                    + "; give a load that divides the keys, so that every key comes once");
        }
    }

    /** The number of batches that it takes until every key has come. */
    public int loading() {
        return Math.toIntExact(keys / perLoad);
    }

    /** The number of records that the batch of a number has. */
    long size(long batch) {
        return batch < loading() ? perLoad : perBatch;
    }

    public static int partitions() {
        return PARTITIONS;
    }

    /** The keys of a part of the batch of a number. */
    public Iterator<String> read(long batch, int partition) {
        long from = partition * size(batch) / PARTITIONS;
        long until = (partition + 1) * size(batch) / PARTITIONS;
        if (batch < loading()) {
            return LongStream.range(batch * perLoad + from, batch * perLoad + until)
                    .mapToObj(Updates::key)
                    .iterator();
        }
        SplittableRandom random = new SplittableRandom(batch * PARTITIONS + partition);
        return LongStream.range(from, until)
                .mapToObj(record -> key(draw.next(random, keys)))
                .iterator();
    }

    static String key(long number) {
        return "key-" + number;
    }

    @Override
    public String description() {
        return keys + " keys";
    }

    @Override
    public Cursor<String> open(@Nullable Map<Object, Object> position) {
        return new Batches(position == null ? 0 : (Long) position.getOrDefault("next", 0L));
    }

    private final class Batches implements Cursor<String> {
        private long next;
        private boolean asked;

        Batches(long next) {
            this.next = next;
        }

        @Override
        public InputSlice next(BatchTime batch) {
            if (!asked) {
                asked = true;
                return InputSlice.EMPTY;
            }
            long number = next++;
            return new InputSlice(size(number), "batch " + number, List.of(number), Map.of("next", next));
        }

        @Override
        public PartitionedSource<String> read(InputSlice slice) {
            return new Parts(Updates.this, (Long) slice.content().get(0));
        }

        @Override
        public void close() {}
    }

    private record Parts(Updates updates, long batch) implements PartitionedSource<String> {
        @Override
        public int partitions() {
            return PARTITIONS;
        }

        @Override
        public Iterator<String> read(int partition) {
            return updates.read(batch, partition);
        }
    }
}
