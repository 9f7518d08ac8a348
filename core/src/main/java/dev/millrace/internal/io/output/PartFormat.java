/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.output;

import dev.millrace.internal.files.Durably;
import dev.millrace.internal.files.LocalFileStore;
import dev.millrace.internal.files.SyncGroup;
import dev.millrace.internal.log.CheckpointIdentity;
import dev.millrace.spi.Codec;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** The format of the records of a partition in a file. */
sealed interface PartFormat extends Serializable {
    /** Writes a new file; durable once {@code syncs} were carried out. */
    void write(Path directory, String name, Iterator<?> records, SyncGroup syncs) throws IOException;

    /** The records of a file, as text. */
    List<String> show(Path file) throws IOException;

    /** A line a record, UTF-8. */
    record Text() implements PartFormat {
        @Override
        public void write(Path directory, String name, Iterator<?> records, SyncGroup syncs) throws IOException {
            Durably.write(
                    directory.resolve(name),
                    out -> {
                        OutputStream lines = new BufferedOutputStream(out, 64 * 1024);
                        records.forEachRemaining(record -> writeLine(lines, record));
                        lines.flush();
                    },
                    syncs);
        }

        private static void writeLine(OutputStream out, Object record) {
            try {
                out.write(String.valueOf(record).getBytes(StandardCharsets.UTF_8));
                out.write('\n');
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public List<String> show(Path file) throws IOException {
            return Files.readString(file).lines().toList();
        }

        @Override
        public String toString() {
            return "text files";
        }
    }

    /** Encoded records, see docs/formats/object-files.md. */
    record Objects(Codec codec) implements PartFormat {
        @Override
        public void write(Path directory, String name, Iterator<?> records, SyncGroup syncs) throws IOException {
            ObjectFile.write(LocalFileStore.published(directory), name, codec, records, CheckpointIdentity.NONE, syncs);
        }

        @Override
        public List<String> show(Path file) throws IOException {
            List<String> shown = new ArrayList<>();
            LocalFileStore store = new LocalFileStore(file.resolveSibling(""));
            try (ObjectFile.Records<Object> records =
                    ObjectFile.read(store, file.getFileName().toString(), codec)) {
                records.forEachRemaining(record -> shown.add(String.valueOf(record)));
            }
            return shown;
        }

        @Override
        public String toString() {
            return "object files";
        }
    }
}
