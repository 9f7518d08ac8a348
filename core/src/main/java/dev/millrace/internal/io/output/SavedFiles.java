/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.output;

import dev.millrace.internal.files.Durably;
import dev.millrace.internal.files.SyncGroup;
import dev.millrace.spi.Codec;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/**
 * A directory that a dataset is saved in, a file {@code part-00000} a partition. Tasks write beside it; the parts of those that won are gathered, and
 * become visible as a whole in one step. It must not be there before.
 */
public final class SavedFiles implements Serializable {
    private final String directory;
    private final String staging;
    private final PartFormat format;

    private SavedFiles(String directory, PartFormat format) {
        Path path = Path.of(directory).toAbsolutePath().normalize();
        this.directory = path.toString();
        this.format = format;
        staging = path.resolveSibling("." + path.getFileName() + ".saving-" + UUID.randomUUID())
                .toString();
    }

    /** A line a record, UTF-8. */
    public static SavedFiles text(String directory) {
        return new SavedFiles(directory, new PartFormat.Text());
    }

    /** Encoded records. */
    public static SavedFiles objects(String directory, Codec codec) {
        return new SavedFiles(directory, new PartFormat.Objects(codec));
    }

    /** @throws IllegalArgumentException if there is something at its place */
    public void checkFree() {
        if (Files.exists(Path.of(directory), LinkOption.NOFOLLOW_LINKS)) {
            throw new IllegalArgumentException("there is something at " + directory
                    + " already, and a dataset is saved in a new directory; delete it, or name another one");
        }
    }

    /** Writes the part of one partition, in a task; returns its name. */
    public String stage(int partition, int attempt, Iterator<?> records) throws IOException {
        Path parts = Durably.createDirectories(Path.of(staging));
        String part = String.format(Locale.ROOT, "part-%05d.%d-%s", partition, attempt, UUID.randomUUID());
        SyncGroup syncs = new SyncGroup();
        format.write(parts, part, records, syncs);
        syncs.run();
        return part;
    }

    /** Shows the parts of those that won. Durable on return. */
    public void publish(List<String> parts) throws IOException {
        Path whole = Durably.createDirectories(Path.of(staging).resolve(Publication.WHOLE));
        for (String part : parts) {
            Files.move(Path.of(staging).resolve(part), whole.resolve(part.substring(0, part.indexOf('.'))));
        }
        Durably.sync(whole);
        checkFree(); // a move replaces an empty directory
        try {
            Durably.move(whole, Path.of(directory));
        } catch (FileAlreadyExistsException e) {
            checkFree();
            throw e;
        }
    }

    /** Deletes what is staged. */
    public void discard() throws IOException {
        FileOutput.delete(Path.of(staging));
    }
}
