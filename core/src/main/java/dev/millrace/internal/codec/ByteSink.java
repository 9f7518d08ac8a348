/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.codec;

import dev.millrace.error.CodecException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A growing run of bytes. Integers are variable-length, low bits first. */
public final class ByteSink {
    /** An array has no more, with some room for what stands around a value in a file. */
    static final int MOST_BYTES = Integer.MAX_VALUE - (1 << 16);

    private static final int MOST_SIZE = 10; // bytes of a number of variable length

    private byte[] bytes;
    private int size;

    public ByteSink() {
        this(64);
    }

    /** @param room about how many bytes will come; if it holds, nothing is copied to grow */
    public ByteSink(int room) {
        bytes = new byte[room];
    }

    public int size() {
        return size;
    }

    /** Writes another byte over one that was written. */
    public void replaceByte(int at, int value) {
        bytes[at] = (byte) value;
    }

    /** Takes back what was written after the first {@code length} bytes. */
    void truncate(int length) {
        size = length;
    }

    public void writeByte(int value) {
        ensure(1);
        bytes[size++] = (byte) value;
    }

    public void writeInt(int value) {
        ensure(4);
        for (int shift = 24; shift >= 0; shift -= 8) {
            bytes[size++] = (byte) (value >>> shift);
        }
    }

    public void writeLong(long value) {
        writeInt((int) (value >>> 32));
        writeInt((int) value);
    }

    /** A length or count: never negative. */
    public void writeSize(int value) {
        writeVariable(value);
    }

    /** A number of either sign, small near zero. */
    public void writeSigned(long value) {
        writeVariable((value << 1) ^ (value >> 63));
    }

    private void writeVariable(long value) {
        ensure(MOST_SIZE);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[size++] = (byte) (rest & 0x7F | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
    }

    /** A tag and a string, as {@link #writeString} writes it, if that is plain ASCII: most are, and then one pass is enough. */
    boolean writeAscii(int tag, String value) {
        int start = size;
        int length = value.length();
        ensure(1 + MOST_SIZE + length);
        bytes[size++] = (byte) tag;
        writeVariable(length);
        for (int i = 0; i < length; i++) {
            char character = value.charAt(i);
            if (character >= 0x80) {
                size = start;
                return false;
            }
            bytes[size + i] = (byte) character;
        }
        size += length;
        return true;
    }

    public void writeString(String value) {
        writeSized(value.getBytes(StandardCharsets.UTF_8));
    }

    /** The length, then the bytes. */
    public void writeSized(byte[] value) {
        writeSize(value.length);
        write(value, 0, value.length);
    }

    /** The length, then a part of the bytes. */
    public void writeSized(byte[] value, int from, int to) {
        writeSize(to - from);
        write(value, from, to - from);
    }

    /** Begins bytes whose length is to stand before them; {@link #endSized} is given what this returns. */
    int beginSized() {
        ensure(1);
        return ++size;
    }

    void endSized(int start) {
        endCounted(start, size - start);
    }

    /** The same, with another number than the length before the bytes. */
    void endCounted(int start, int count) {
        int length = size - start;
        int more = (31 - Integer.numberOfLeadingZeros(count | 1)) / 7; // most numbers take one byte
        ensure(more);
        System.arraycopy(bytes, start, bytes, start + more, length);
        size = start - 1;
        writeSize(count);
        size += length;
    }

    /** The bytes alone. */
    public void writeRaw(byte[] value) {
        write(value, 0, value.length);
    }

    public void writeAll(ByteSink other) {
        write(other.bytes, 0, other.size);
    }

    private void write(byte[] value, int from, int length) {
        ensure(length);
        System.arraycopy(value, from, bytes, size, length);
        size += length;
    }

    /** These bytes with those of another behind them. */
    public byte[] joined(ByteSink other) {
        byte[] all = Arrays.copyOf(bytes, checked((long) size + other.size));
        System.arraycopy(other.bytes, 0, all, size, other.size);
        return all;
    }

    /** Forgets all bytes, and keeps the room. */
    public void clear() {
        size = 0;
    }

    public byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }

    private void ensure(int more) {
        if (more > bytes.length - size) {
            bytes = Arrays.copyOf(bytes, grown(bytes.length, (long) size + more));
        }
    }

    /**
     * The new length of an array of {@code length} into which {@code needed} bytes do not fit.
     *
     * @throws CodecException if no array is so long
     */
    static int grown(int length, long needed) {
        return Math.max(checked(needed), (int) Math.min(MOST_BYTES, 2L * length));
    }

    private static int checked(long needed) {
        if (needed > MOST_BYTES) {
            throw new CodecException("a value has " + needed + " bytes or more when it is encoded, and " + MOST_BYTES
                    + " are the most; keep its parts under keys of their own");
        }
        return (int) needed;
    }
}
