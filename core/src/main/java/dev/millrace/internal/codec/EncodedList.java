/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.codec;

import dev.millrace.error.CodecException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** The elements of an encoded list, made one at a time, so that it takes no more memory than its bytes. For one thread. */
@SuppressWarnings("NullAway") // elements may be null
public final class EncodedList implements Iterator<@Nullable Object> {
    private final Schemas schemas = new Schemas();
    private final ByteSource source;
    private final ValueReader reader;
    private final int size;
    private int next;

    /** @throws CodecException if the bytes are no list, or have types that are refused */
    public EncodedList(ValueCodec codec, byte[] bytes) {
        source = new ByteSource(bytes);
        size = codec.readListStart(source, schemas);
        source.enter();
        reader = codec.reader(schemas, source);
        if (codec.refuses(schemas)) {
            codec.check(schemas, source.copy(), size);
        }
    }

    /** The number of elements, read or not. */
    public int size() {
        return size;
    }

    /** Passes over elements without making them. */
    public void skip(long count) {
        ValueSkipper skipper = new ValueSkipper(schemas, source, null);
        for (long i = 0; i < count; i++) {
            skipper.skip();
        }
        next += Math.toIntExact(count);
    }

    @Override
    public boolean hasNext() {
        return next < size;
    }

    /** @throws CodecException if its bytes are damaged, or its class refuses the content */
    @Override
    public @Nullable Object next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        next++;
        return reader.readPart();
    }

    /**
     * Makes each element that was not read yet, and lets go of it.
     *
     * @param mostBytes what an element may take in memory, about
     * @throws CodecException if one cannot be made or would take more, or something follows the last
     */
    public void check(long mostBytes) {
        ByteSource ahead = source.copy();
        while (hasNext()) {
            int number = next;
            checkSize(number, mostBytes, ahead);
            try {
                if (next() == null) {
                    throw new CodecException("it is null, which no record is");
                }
            } catch (CodecException e) {
                throw unreadable(number, e);
            }
        }
        if (source.hasMore()) {
            throw unreadable(size, new CodecException("damaged bytes: more follows the list"));
        }
    }

    private void checkSize(int number, long mostBytes, ByteSource ahead) {
        long bytes;
        try {
            bytes = ValueSize.ofNext(schemas, ahead);
        } catch (CodecException e) {
            throw unreadable(number, e);
        }
        if (bytes > mostBytes) {
            throw new CodecException("record " + number + " of an encoded block takes about " + bytes
                    + " bytes of memory, and " + mostBytes + " are the most, a quarter of millrace.memory.budget;"
                    + " send smaller records, or raise that");
        }
    }

    private static CodecException unreadable(int number, CodecException cause) {
        return new CodecException("record " + number + " of an encoded block cannot be read: " + cause.getMessage());
    }
}
