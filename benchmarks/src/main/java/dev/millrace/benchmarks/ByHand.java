/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.benchmarks;

import dev.millrace.Tuple2;
import dev.millrace.function.Function2;
import dev.millrace.internal.changes.ChangeBlock;
import dev.millrace.internal.codec.ValueCodec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;

/**
 * A count of keys as somebody would write it by hand for two threads, with the objects and functions that an interface for any
 * type needs: boxed keys, an object a count, a pair a record, and a map of its own in place of a HashMap. Each thread has the keys of
 * one parity of their hashes, and looks at all records.
 */
final class ByHand implements AutoCloseable {
    private final ExecutorService other = Executors.newSingleThreadExecutor();
    private final List<Counts<Integer>> halves = List.of(new Counts<>(), new Counts<>());

    /** Counts a batch, and gives the sum of its keys times their counts. */
    long count(Integer[] batch) {
        List<List<Tuple2<Integer, Integer>>> counted = List.of(new ArrayList<>(), new ArrayList<>());
        both(half -> {
            Counts<Integer> counts = halves.get(half);
            Function2<Integer, int[], Tuple2<Integer, Integer>> add = (key, count) -> new Tuple2<>(key, ++count[0]);
            for (Integer key : batch) {
                int hash = Counts.hash(key);
                if ((hash & 1) == half) {
                    try {
                        counted.get(half).add(add.call(key, counts.of(key, hash)));
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                }
            }
        });
        long sum = 0;
        for (List<Tuple2<Integer, Integer>> pairs : counted) {
            for (Tuple2<Integer, Integer> pair : pairs) {
                sum += (long) pair._1() * pair._2();
            }
        }
        return sum;
    }

    /**
     * Encodes a put for each key of a batch, half on each thread, and writes it in one go.
     *
     * @return the number of bytes
     */
    long encode(Integer[] batch, ValueCodec codec, Path file) throws IOException {
        List<List<byte[]>> encoded = List.of(new ArrayList<>(), new ArrayList<>());
        both(half -> {
            ChangeBlock block = new ChangeBlock(codec, ChangeBlock.ENOUGH_BYTES);
            for (int i = half * batch.length / 2; i < (half + 1) * batch.length / 2; i++) {
                block.put(batch[i], i);
                if (block.isFull()) {
                    encoded.get(half).add(block.toBytes());
                    block = new ChangeBlock(codec, ChangeBlock.ENOUGH_BYTES);
                }
            }
            encoded.get(half).add(block.toBytes());
        });
        ByteBuffer[] blocks =
                encoded.stream().flatMap(List::stream).map(ByteBuffer::wrap).toArray(ByteBuffer[]::new);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            long bytes = channel.write(blocks);
            channel.force(false);
            return bytes;
        }
    }

    private void both(IntConsumer half) {
        Future<?> second = other.submit(() -> half.accept(1));
        half.accept(0);
        try {
            second.get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        other.shutdown();
    }

    /** Keys in the order in which they came, found by open addressing. */
    private static final class Counts<K> {
        private Object[] keys = new Object[1 << 10];
        private int[][] counts = new int[keys.length][];
        private int[] slots = new int[2 * keys.length]; // 1 + the place of a key
        private int size;

        static int hash(Object key) {
            int mixed = key.hashCode() * 0x9E3779B9;
            return mixed ^ mixed >>> 15;
        }

        int[] of(K key, int hash) {
            int mask = slots.length - 1;
            for (int slot = hash >>> 1 & mask; ; slot = slot + 1 & mask) {
                int place = slots[slot] - 1;
                if (place < 0) {
                    return added(key, hash);
                }
                if (keys[place].equals(key)) {
                    return counts[place];
                }
            }
        }

        private int[] added(K key, int hash) {
            if (size == keys.length) {
                grow();
            }
            keys[size] = key;
            counts[size] = new int[1];
            link(size, hash);
            return counts[size++];
        }

        private void link(int place, int hash) {
            int mask = slots.length - 1;
            int slot = hash >>> 1 & mask;
            while (slots[slot] != 0) {
                slot = slot + 1 & mask;
            }
            slots[slot] = place + 1;
        }

        private void grow() {
            keys = Arrays.copyOf(keys, 2 * size);
            counts = Arrays.copyOf(counts, 2 * size);
            slots = new int[4 * size];
            for (int place = 0; place < size; place++) {
                link(place, hash(keys[place]));
            }
        }
    }
}
