/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.codec;

import dev.millrace.error.CodecException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads what {@link ByteSink} wrote; bytes that end too early are an error, never an endless or huge read. */
public final class ByteSource {
    /** Deeper values are refused when written, so no stack overflows when they are read. */
    static final int DEEPEST = 500;

    private final byte[] bytes;
    private final int end;
    private int position;
    private int depth;

    public ByteSource(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    /** Reads the bytes from {@code from} to before {@code end}. */
    public ByteSource(byte[] bytes, int from, int end) {
        this.bytes = bytes;
        this.end = end;
        position = from;
    }

    public boolean hasMore() {
        return position < end;
    }

    /** The index in the array of the next byte. */
    public int position() {
        return position;
    }

    /** The number of bytes that are left. */
    public int remaining() {
        return end - position;
    }

    public int readByte() {
        need(1);
        return bytes[position++];
    }

    /** The next byte, which stays the next. */
    int peekByte() {
        need(1);
        return bytes[position];
    }

    public int readInt() {
        need(4);
        int value = 0;
        for (int i = 0; i < 4; i++) {
            value = value << 8 | bytes[position++] & 0xFF;
        }
        return value;
    }

    public long readLong() {
        return (long) readInt() << 32 | readInt() & 0xFFFFFFFFL;
    }

    public int readSize() {
        long value = readVariable();
        if (value < 0 || value > end - position) {
            throw new CodecException(
                    "damaged bytes: a length of " + value + " with " + (end - position) + " bytes left");
        }
        return (int) value;
    }

    public long readSigned() {
        long value = readVariable();
        return value >>> 1 ^ -(value & 1);
    }

    /** A number of either sign between {@code min} and {@code max}. */
    long readSigned(long min, long max) {
        long value = readSigned();
        if (value < min || value > max) {
            throw new CodecException("damaged bytes: " + value + " is not between " + min + " and " + max);
        }
        return value;
    }

    private long readVariable() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int next = readByte();
            value |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new CodecException("damaged bytes: a number of more than 64 bits");
    }

    public String readString() {
        int length = readSize();
        String value = new String(bytes, position, length, StandardCharsets.UTF_8);
        position += length;
        return value;
    }

    public byte[] readSized() {
        int length = readSize();
        byte[] value = Arrays.copyOfRange(bytes, position, position + length);
        position += length;
        return value;
    }

    /** Notes that a value inside another begins; {@link #leave} when it has ended. */
    void enter() {
        if (++depth > DEEPEST) {
            throw new CodecException("damaged bytes: values nested more than " + DEEPEST + " deep");
        }
    }

    void leave() {
        depth--;
    }

    public void skip(int count) {
        need(count);
        position += count;
    }

    /** The same bytes from here on, to look ahead. */
    ByteSource copy() {
        return new ByteSource(bytes, position, end);
    }

    private void need(int count) {
        if (end - position < count) {
            throw new CodecException("damaged bytes: they end after " + end);
        }
    }
}
