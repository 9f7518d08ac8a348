/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.state;

import dev.millrace.internal.changes.ChangeReader;
import dev.millrace.internal.changes.RawBlock;
import dev.millrace.internal.codec.Schemas;
import dev.millrace.internal.memory.MemorySpace;
import dev.millrace.internal.memory.SpillFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * The keys of a run by their last touch, on disk, so that those that fall due are found without looking at the others. They
 * stand in strips that are sorted by touch, since they come in another order and are sorted in bounded memory. A key that was
 * touched since stands here all the same: the caller looks it up. Keys that have been asked for and settled are not read again.
 * Written by one thread, then read by any.
 */
final class TouchedKeys implements AutoCloseable {
    private static final int STRIP_BYTES = 1 << 20;
    private static final int LEAST_STRIP_BYTES = 1 << 16;
    private static final int BLOCK_BYTES = 1 << 14;

    private final SpillFile file;
    private final int stripBytes;
    private final List<Strip> strips = new ArrayList<>();
    private Gathered gathered = new Gathered();

    /** @param together how many are written at the same time, and share the memory for sorting */
    TouchedKeys(MemorySpace space, int together) throws IOException {
        file = space.newFile();
        stripBytes = Math.max(LEAST_STRIP_BYTES, STRIP_BYTES / together);
    }

    /** Takes the encoded key of an entry. */
    interface Each {
        void key(byte[] array, int from, int to);
    }

    private static final class Strip {
        private final int end; // one behind the last block
        private int block; // the first that is not settled
        private long next; // the touch of its first entry that is not

        Strip(int block, int end, long next) {
            this.block = block;
            this.end = end;
            this.next = next;
        }
    }

    /** Keys that become a strip. */
    private static final class Gathered {
        private final TreeMap<Long, IntStream.Builder> byTouch = new TreeMap<>(); // far fewer times than keys
        private int[] ends = new int[16];
        private byte[] bytes = new byte[1 << 10];
        private int size;

        void add(byte[] array, int from, int to, long touched) {
            if (size == ends.length) {
                ends = Arrays.copyOf(ends, 2 * size);
            }
            int start = start(size);
            if (to - from > bytes.length - start) {
                bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, Math.addExact(start, to - from)));
            }
            System.arraycopy(array, from, bytes, start, to - from);
            ends[size] = start + to - from;
            byTouch.computeIfAbsent(touched, time -> IntStream.builder()).add(size++);
        }

        private int start(int key) {
            return key == 0 ? 0 : ends[key - 1];
        }

        int bytes() {
            return start(size);
        }
    }

    void add(byte[] array, int from, int to, long touched) throws IOException {
        gathered.add(array, from, to, touched);
        if (gathered.bytes() >= stripBytes) {
            writeStrip();
        }
    }

    private void writeStrip() throws IOException {
        if (gathered.size == 0) {
            return;
        }
        int first = file.size();
        RawBlock block = new RawBlock(new Schemas()); // keys are not decoded here
        for (var touched : gathered.byTouch.entrySet()) {
            for (int key : touched.getValue().build().toArray()) {
                block.touch(gathered.bytes, gathered.start(key), gathered.ends[key], touched.getKey());
                if (block.size() >= BLOCK_BYTES) {
                    file.append(block.take());
                }
            }
        }
        if (block.size() > 0) {
            file.append(block.take());
        }
        strips.add(new Strip(first, file.size(), gathered.byTouch.firstKey()));
        gathered = new Gathered();
    }

    /** Nothing is added any more. */
    void complete() throws IOException {
        writeStrip();
        file.complete();
    }

    /** Gives the keys that were touched before {@code limit} in this run and are not settled, a strip after the other. */
    synchronized void before(long limit, Each each) {
        try (SpillFile.Reader reader = file.new Reader()) {
            for (Strip strip : strips) {
                boolean more = strip.next < limit;
                for (int block = strip.block; more && block < strip.end; block++) {
                    ChangeReader keys = new ChangeReader(reader.read(block), new Schemas());
                    while (more && keys.next()) {
                        more = keys.touched() < limit;
                        if (more && keys.touched() >= strip.next) {
                            each.key(keys.block(), keys.keyFrom(), keys.keyTo());
                        }
                    }
                }
            }
        }
    }

    /** Settles the keys that were touched before {@code limit}. */
    synchronized void settle(long limit) {
        if (strips.stream().noneMatch(strip -> strip.next < limit)) {
            return;
        }
        try (SpillFile.Reader reader = file.new Reader()) {
            strips.forEach(strip -> settle(strip, limit, reader));
            strips.removeIf(strip -> strip.block == strip.end);
        }
    }

    private static void settle(Strip strip, long limit, SpillFile.Reader reader) {
        for (; strip.next < limit && strip.block < strip.end; strip.block++) {
            ChangeReader keys = new ChangeReader(reader.read(strip.block), new Schemas());
            while (keys.next()) {
                if (keys.touched() >= limit) {
                    strip.next = keys.touched();
                    return;
                }
            }
        }
    }

    @Override
    public void close() {
        file.close();
    }
}
