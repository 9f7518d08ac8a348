/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.output;

import dev.millrace.error.CodecException;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.files.SyncGroup;
import dev.millrace.internal.log.CheckpointFiles;
import dev.millrace.internal.log.CheckpointIdentity;
import dev.millrace.internal.log.FrameReader;
import dev.millrace.internal.log.FrameWriter;
import dev.millrace.spi.Codec;
import dev.millrace.spi.FileStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * A file of encoded records: frames that hold a list of records each, and a last one that holds their number, so that a
 * file that was cut short is noticed. docs/formats/object-files.md.
 */
public final class ObjectFile {
    private static final String NOT_ENDED = "it does not end in the number of its records";
    private static final int FRAME_BYTES = 64 * 1024;
    private static final int FIRST_RECORDS = 16;
    private static final int MOST_RECORDS = 4096;

    private ObjectFile() {}

    /** Takes the frames of a file. */
    @FunctionalInterface
    interface Frames {
        void append(byte[] frame) throws IOException;
    }

    /**
     * Writes a file that is durable once {@code syncs} were carried out.
     *
     * @param writer whose checkpoint's file it is
     */
    static void write(
            FileStore store, String path, Codec codec, Iterator<?> records, CheckpointIdentity writer, SyncGroup syncs)
            throws IOException {
        FrameWriter file = new FrameWriter(store, path, writer);
        try {
            append(file::append, codec, records);
        } catch (Throwable e) {
            file.close();
            throw e;
        }
        syncs.add(() -> {
            try (file) {
                file.sync();
            }
        });
    }

    /** Makes the frames of a file. */
    static void append(Frames file, Codec codec, Iterator<?> records) throws IOException {
        long written = 0;
        int most = FIRST_RECORDS;
        while (records.hasNext()) {
            List<@Nullable Object> some = new ArrayList<>();
            while (some.size() < most && records.hasNext()) {
                some.add(records.next());
            }
            byte[] frame = codec.encode(some);
            file.append(frame);
            written += some.size();
            most = (int) Math.max(1, Math.min(MOST_RECORDS, (long) FRAME_BYTES * some.size() / frame.length));
        }
        file.append(codec.encode(written));
    }

    /** Reads a file of a checkpoint without its records' types; tells how many bytes of it count. */
    static long check(CheckpointFiles files, String path) throws IOException {
        try (FrameReader frames = files.read(path, false)) {
            byte[] last = new byte[0];
            for (byte[] frame = frames.next(); frame != null; frame = frames.next()) {
                last = frame;
            }
            if (!isNumber(last)) {
                throw FrameReader.damaged(files.store(), path, frames.position(), NOT_ENDED);
            }
            return frames.position();
        }
    }

    private static boolean isNumber(byte[] frame) {
        try {
            return ValueCodec.builtIn().decode(frame) instanceof Long;
        } catch (CodecException e) {
            return false;
        }
    }

    /** The records of a file, read while the iterator is consumed, with its end checked. */
    public static <T> Records<T> read(FileStore store, String path, Codec codec) throws IOException {
        return read(CheckpointFiles.ofNone(store), path, codec);
    }

    /** The same of a file of a checkpoint. */
    static <T> Records<T> read(CheckpointFiles files, String path, Codec codec) throws IOException {
        return new Records<>(files, path, codec);
    }

    /** The records of one file. */
    public static final class Records<T> implements Iterator<T>, AutoCloseable {
        private final FileStore store;
        private final String path;
        private final Codec codec;
        private final FrameReader frames;
        private Iterator<T> some = Collections.emptyIterator();
        private long given;
        private boolean ended;

        private Records(CheckpointFiles files, String path, Codec codec) throws IOException {
            store = files.store();
            this.path = path;
            this.codec = codec;
            frames = files.read(path, false);
        }

        @Override
        public boolean hasNext() {
            while (!some.hasNext() && !ended) {
                readFrame();
            }
            return some.hasNext();
        }

        @SuppressWarnings("unchecked") // the program says what the file holds
        private void readFrame() {
            try {
                long at = frames.position();
                byte[] frame = frames.next();
                Object content = frame == null ? null : codec.decode(frame);
                if (content instanceof List<?> records) {
                    some = ((List<T>) records).iterator();
                    given += records.size();
                } else if (content instanceof Long number && number == given) {
                    ended = true;
                } else {
                    throw FrameReader.damaged(store, path, at, NOT_ENDED);
                }
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }

        @Override
        public T next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return some.next();
        }

        @Override
        public void close() throws IOException {
            frames.close();
        }
    }
}
