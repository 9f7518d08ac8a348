/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.benchmarks;

import dev.millrace.spi.InputSlice;
import dev.millrace.spi.PartitionedSource;
import dev.millrace.spi.Source;
import dev.millrace.streaming.BatchTime;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Keys that are there as objects before anything is measured: every key once, in order, then some batches of drawn keys over and over.
 * The very first batch is empty and has no number.
 */
final class Boxed implements Source<Integer> {
    private static final int PARTITIONS = 2;
    private static final int DRAWN = 20;

    private final int keys;
    private final Integer[][] batches; // those of every key first

    /** @param keys a multiple of {@code perBatch} */
    Boxed(int keys, int perBatch) {
        this.keys = keys;
        batches = new Integer[keys / perBatch + DRAWN][perBatch];
        SplittableRandom random = new SplittableRandom(5);
        for (int batch = 0; batch < batches.length; batch++) {
            for (int i = 0; i < perBatch; i++) {
                batches[batch][i] = batch < batches.length - DRAWN ? batch * perBatch + i : random.nextInt(keys);
            }
        }
    }

    /** The number of batches that it takes until every key has come. */
    int loading() {
        return batches.length - DRAWN;
    }

    Integer[] batch(long number) {
        return batches[(int) (number < loading() ? number : loading() + (number - loading()) % DRAWN)];
    }

    @Override
    public String description() {
        return keys + " keys";
    }

    @Override
    public Cursor<Integer> open(@Nullable Map<Object, Object> position) {
        return new Batches();
    }

    private final class Batches implements Cursor<Integer> {
        private long next;
        private boolean asked;

        @Override
        public InputSlice next(BatchTime batch) {
            if (!asked) {
                asked = true;
                return InputSlice.EMPTY;
            }
            long number = next++;
            return new InputSlice(batch(number).length, "batch " + number, List.of(number), Map.of("next", next));
        }

        @Override
        public PartitionedSource<Integer> read(InputSlice slice) {
            return new Parts(batch((Long) slice.content().get(0)));
        }

        @Override
        public void close() {}
    }

    private record Parts(Integer[] batch) implements PartitionedSource<Integer> {
        @Override
        public int partitions() {
            return PARTITIONS;
        }

        @Override
        public Iterator<Integer> read(int partition) {
            int from = partition * batch.length / PARTITIONS;
            int until = (partition + 1) * batch.length / PARTITIONS;
            return Arrays.asList(batch).subList(from, until).iterator();
        }
    }
}
