/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.receive;

import dev.millrace.error.CodecException;
import dev.millrace.error.RefusedException;
import dev.millrace.internal.codec.EncodedList;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.conf.Malformed;
import dev.millrace.internal.conf.SocketOptions;
import dev.millrace.internal.io.MalformedInput;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Encoded records of a block, made one at a time. A block that cannot be read as a whole is refused or put aside as a whole.
 */
final class RecordsOfBlock implements Iterator<@Nullable Object> {
    private static final int MOST_REFUSED =
            64 * 1024; // of a block that was put aside when it came; anybody may send it
    private static final int MOST_STORED =
            1 << 20; // of one that the program had stored, which are much smaller unless told to

    private static final String CHANGE = "let the program read what it has stored, or ";

    private final EncodedList records;
    private final BlockReading reading;
    private final long block;
    private long left;

    private RecordsOfBlock(EncodedList records, BlockReading reading, long block, long count) {
        this.records = records;
        this.reading = reading;
        this.block = block;
        left = count;
    }

    /**
     * @param block the number of the block in its stream
     * @param from how many records are passed over first
     * @param count how many come then; none if the block is put aside
     */
    static Iterator<?> of(byte[] bytes, BlockReading reading, long block, long from, long count) {
        try {
            if (!reading.isChecked() && reading.malformed().putsAside()) {
                new EncodedList(reading.codec(), bytes).check(reading.mostRecordBytes());
            }
            EncodedList records = new EncodedList(reading.codec(), bytes);
            records.skip(from);
            return new RecordsOfBlock(records, reading, block, count);
        } catch (CodecException e) {
            refuse(reading, block, bytes, e.getMessage());
            return Collections.emptyIterator();
        }
    }

    @Override
    public boolean hasNext() {
        return left > 0;
    }

    @Override
    public @Nullable Object next() {
        left--;
        try {
            return records.next();
        } catch (CodecException e) {
            throw refused(e);
        }
    }

    /**
     * Records before this one have been given out, so the block cannot be put aside as a whole any more: another start does
     * that, for it looks at the blocks of earlier runs first.
     */
    private RefusedException refused(CodecException cause) {
        String change = reading.malformed().policy() == Malformed.QUARANTINE
                ? "start it again, which then puts the block aside"
                : "set " + SocketOptions.MALFORMED_INPUT.key() + " to quarantine";
        return new RefusedException(place(reading, block) + ": " + cause.getMessage() + "; " + CHANGE + change, cause);
    }

    private static String place(BlockReading reading, long block) {
        return "stream " + reading.stream() + " block " + block;
    }

    private static void refuse(BlockReading reading, long block, byte[] raw, @Nullable String problem) {
        byte[] kept = raw.length > MOST_STORED ? Arrays.copyOf(raw, MOST_STORED) : raw;
        reading.malformed()
                .refuse(
                        place(reading, block),
                        kept,
                        problem + MalformedInput.cut(kept.length, raw.length),
                        CHANGE + "set " + SocketOptions.MALFORMED_INPUT.key() + " to quarantine");
    }

    /** The substitute for a block that could not be read when it came: its beginning, and the reason. */
    static byte[] unreadable(byte[] block, String problem) {
        byte[] kept = Arrays.copyOf(block, Math.min(block.length, MOST_REFUSED));
        return ValueCodec.builtIn().encode(List.of(problem + MalformedInput.cut(kept.length, block.length), kept));
    }

    /** Puts such a block aside. */
    static void putAside(byte[] unreadable, BlockReading reading, long block) {
        List<?> held = (List<?>) ValueCodec.builtIn().decode(unreadable);
        if (held != null) {
            refuse(reading, block, (byte[]) held.get(1), (String) held.get(0));
        }
    }
}
