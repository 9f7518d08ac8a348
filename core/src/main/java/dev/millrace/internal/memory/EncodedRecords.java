/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.memory;

import dev.millrace.error.CodecException;
import dev.millrace.internal.codec.ValueBlockReader;
import dev.millrace.internal.codec.ValueBlockWriter;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Records held as bytes: blocks of many encoded records are the records of a {@link HeldRecords}. From a record on that
 * the codec does not know, they are held as objects.
 */
final class EncodedRecords {
    private static final int BLOCK = 1 << 15;

    private final MemorySpace space;
    private final HeldRecords blocks;
    private @Nullable ValueBlockWriter open;

    EncodedRecords(MemorySpace space, HeldRecords blocks) {
        this.space = space;
        this.blocks = blocks;
        open = new ValueBlockWriter(space.codec());
    }

    /** A record beside the blocks, which may be a run of bytes itself. */
    private record Plain(Object value) {}

    boolean add(Object value) {
        if (open == null) {
            return blocks.add(new Plain(value));
        }
        try {
            open.write(value);
            return open.size() < BLOCK || blocks.add(open.takeBlock());
        } catch (CodecException e) {
            space.staysInMemory(e);
            boolean held = flush();
            open = null;
            return held && blocks.add(new Plain(value));
        }
    }

    boolean flush() {
        return open == null || open.size() == 0 || blocks.add(open.takeBlock());
    }

    static Iterator<Object> read(MemorySpace space, Iterator<Object> blocks) {
        return new Reading(space, blocks);
    }

    @SuppressWarnings("NullAway") // records may be null
    private static final class Reading implements Iterator<Object>, AutoCloseable {
        private final MemorySpace space;
        private final Iterator<Object> blocks;
        private @Nullable ValueBlockReader block;
        private @Nullable Plain plain;

        Reading(MemorySpace space, Iterator<Object> blocks) {
            this.space = space;
            this.blocks = blocks;
        }

        @Override
        public boolean hasNext() {
            while (plain == null && (block == null || !block.hasNext())) {
                if (!blocks.hasNext()) {
                    return false;
                }
                Object next = blocks.next();
                if (next instanceof Plain record) {
                    plain = record;
                } else {
                    block = new ValueBlockReader(space.codec(), (byte[]) next);
                }
            }
            return true;
        }

        @Override
        public Object next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            if (plain == null) {
                return block.next();
            }
            Object value = plain.value();
            plain = null;
            return value;
        }

        @Override
        public void close() throws Exception {
            if (blocks instanceof AutoCloseable closeable) {
                closeable.close();
            }
        }
    }
}
