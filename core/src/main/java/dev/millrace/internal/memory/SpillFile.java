/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.memory;

import dev.millrace.error.MillraceException;
import dev.millrace.internal.errors.Causes;
import dev.millrace.internal.files.OwnerOnly;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A file of blocks, each with its length and checksum, numbered from 0 in the order in which they were appended. Written by one
 * thread, until it is complete; each block can be read as soon as it is appended, through a {@link Reader} of one's own, so that a
 * cancelled task that closes its reader closes no other. After a failed append what was there before can still be read, and nothing
 * may be appended any more. Streams rather than channels, because an interrupt closes a channel.
 */
public final class SpillFile implements AutoCloseable {
    private static final int HEADER = 8;

    private final Path path;
    private final Set<Reader> open = ConcurrentHashMap.newKeySet();
    private final List<Long> positions = new ArrayList<>();
    private @Nullable OutputStream out;
    private long end;
    private long bytes;

    SpillFile(Path path) throws IOException {
        this.path = path;
        out = new FileOutputStream(OwnerOnly.createFile(path).toFile());
    }

    /** Appends a block and tells its number. */
    public int append(byte[] block) throws IOException {
        if (out == null) {
            throw new IOException(path + " is complete");
        }
        byte[] framed = ByteBuffer.allocate(HEADER + block.length)
                .putInt(block.length)
                .putInt(checksum(block))
                .put(block)
                .array();
        try {
            out.write(framed);
        } catch (IOException e) {
            throw Causes.at(path, e);
        }
        positions.add(end);
        end += framed.length;
        bytes += block.length;
        return positions.size() - 1;
    }

    /** The number of blocks. */
    public int size() {
        return positions.size();
    }

    private long endOf(int block) {
        return block + 1 < positions.size() ? positions.get(block + 1) : end;
    }

    /** The length of all that was appended. */
    public long bytes() {
        return bytes;
    }

    /** Nothing is appended any more. */
    public void complete() throws IOException {
        if (out != null) {
            out.close();
            out = null;
        }
    }

    private static int checksum(byte[] block) {
        CRC32C crc = new CRC32C();
        crc.update(block);
        return (int) crc.getValue();
    }

    /**
     * The blocks in order.
     *
     * @throws MillraceException while they are gone through, if they cannot be read, or are not what was written
     */
    public ConcatIterator<byte[]> read() {
        Reader reader = new Reader();
        return new ConcatIterator<>(
                IntStream.range(0, size()).iterator(),
                block -> List.of(reader.read(block)).iterator(),
                reader);
    }

    /** Reads blocks back; opens the file when the first is asked for. One thread. */
    public final class Reader implements AutoCloseable {
        private @Nullable RandomAccessFile file;

        /** @throws MillraceException if the block cannot be read, or is not what was written */
        public byte[] read(int block) {
            long position = positions.get(block);
            try {
                if (file == null) {
                    file = new RandomAccessFile(path.toFile(), "r");
                    open.add(this);
                }
                byte[] framed = new byte[Math.toIntExact(endOf(block) - position)];
                file.seek(position);
                file.readFully(framed);
                ByteBuffer header = ByteBuffer.wrap(framed);
                if (header.getInt() != framed.length - HEADER) {
                    throw new IOException("a block's length is damaged");
                }
                int expected = header.getInt();
                byte[] content = Arrays.copyOfRange(framed, HEADER, framed.length);
                if (checksum(content) != expected) {
                    throw new IOException("a block does not match its checksum");
                }
                return content;
            } catch (IOException e) {
                throw new MillraceException(
                        "the spilled data in " + path + " cannot be read at byte " + position + ": " + Causes.text(e)
                                + "; check the disk of millrace.memory.spillDirectory",
                        e);
            }
        }

        @Override
        public void close() {
            if (file != null) {
                try {
                    file.close();
                } catch (IOException e) {
                    // it was only read
                }
                file = null;
                open.remove(this);
            }
        }
    }

    /** Deletes the file, also if it is being read. */
    @Override
    public void close() {
        open.forEach(Reader::close);
        try {
            complete();
            Files.deleteIfExists(path);
        } catch (IOException e) {
            System.getLogger("dev.millrace.memory")
                    .log(System.Logger.Level.DEBUG, "a spill file stays until its directory goes: {0}", e);
        }
    }
}
