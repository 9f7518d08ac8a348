/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.benchmarks;

import dev.millrace.Tuple2;
import dev.millrace.spi.InputSlice;
import dev.millrace.spi.PartitionedSource;
import dev.millrace.spi.Source;
import dev.millrace.streaming.BatchTime;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Records of keys, as many in each batch but the very first, which is empty: every key once, in order, then keys all over the
 * place, the same ones in every run.
 *
 * @param keys the number of different keys; a multiple of {@code perBatch}
 * @param perBatch the number of records in a batch
 * @param key makes a key of its number
 * @param value makes a value of the number of the record
 */
record Keys<K, V>(long keys, long perBatch, LongFunction<K> key, LongFunction<V> value)
        implements Source<Tuple2<K, V>> {
    private static final int PARTITIONS = 2;
    private static final long STRIDE = 7_919_993; // a prime, so that a batch has a key once

    @Override
    public String description() {
        return keys + " keys";
    }

    @Override
    public Cursor<Tuple2<K, V>> open(@Nullable Map<Object, Object> position) {
        return new Batches(position == null ? 0 : (Long) position.getOrDefault("next", 0L));
    }

    private final class Batches implements Cursor<Tuple2<K, V>> {
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
            return new InputSlice(perBatch, "batch " + number, List.of(number), Map.of("next", next));
        }

        @Override
        public PartitionedSource<Tuple2<K, V>> read(InputSlice slice) {
            return new Partitions((Long) slice.content().get(0));
        }

        @Override
        public void close() {}
    }

    private final class Partitions implements PartitionedSource<Tuple2<K, V>> {
        private static final long serialVersionUID = 1;

        private final long batch;

        Partitions(long batch) {
            this.batch = batch;
        }

        @Override
        public int partitions() {
            return PARTITIONS;
        }

        @Override
        public Iterator<Tuple2<K, V>> read(int partition) {
            long from = batch * perBatch + partition * perBatch / PARTITIONS;
            long until = batch * perBatch + (partition + 1) * perBatch / PARTITIONS;
            return LongStream.range(from, until)
                    .mapToObj(record -> new Tuple2<>(
                            key.apply(record < keys ? record : record * STRIDE % keys), value.apply(record)))
                    .iterator();
        }
    }
}
