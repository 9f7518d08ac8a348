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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A file of blocks, each with its length and checksum; who appends a block keeps where it stands. Written by one thread
 * and then complete; read by any number, each through a {@link Reader} of its own, so that a cancelled task that closes
 * its file closes nobody else's. Streams rather than channels, because an interrupt closes a channel.
 */
public final class SpillFile implements AutoCloseable {
    private static final int HEADER = 8;

    private final Path path;
    private final Set<Reader> open = ConcurrentHashMap.newKeySet();
    private @Nullable OutputStream out;
    private long size;

    SpillFile(Path path) throws IOException {
        this.path = path;
        out = new FileOutputStream(OwnerOnly.createFile(path).toFile());
    }

    /** Appends a block and tells where it stands. */
    long append(byte[] block) throws IOException {
        if (out == null) {
            throw new IOException(path + " is complete");
        }
        long position = size;
        byte[] framed = ByteBuffer.allocate(HEADER + block.length)
                .putInt(block.length)
                .putInt(checksum(block))
                .put(block)
                .array();
        out.write(framed);
        size += framed.length;
        return position;
    }

    /** Nothing is appended any more. */
    void complete() throws IOException {
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

    /** Reads blocks back; opens the file when the first is asked for. One thread. */
    final class Reader implements AutoCloseable {
        private @Nullable RandomAccessFile file;

        byte[] read(long position) {
            try {
                if (file == null) {
                    file = new RandomAccessFile(path.toFile(), "r");
                    open.add(this);
                }
                file.seek(position);
                int length = file.readInt();
                int expected = file.readInt();
                if (length < 0 || length > file.length() - position) {
                    throw new IOException("a block's length is damaged");
                }
                byte[] block = new byte[length];
                file.readFully(block);
                if (checksum(block) != expected) {
                    throw new IOException("a block does not match its checksum");
                }
                return block;
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

    /** Deletes the file, whoever has begun to read it. */
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
