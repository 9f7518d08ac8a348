/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.spi;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.Iterator;

/**
 * Reads the records of a file; for {@code fileStream}. A lambda will do:
 * {@code part -> MyRecords.parse(part.open())}.
 *
 * @param <T> the type of the records
 */
@FunctionalInterface
public interface FileFormat<T> extends Serializable {
    /**
     * The records of a part of a file, read on the calling thread while the iterator is consumed; the same each time. What
     * the part has opened is closed after the last record or at the end of the task, and so is an iterator that is
     * {@link AutoCloseable}.
     */
    Iterator<T> read(FilePart part) throws IOException;

    /**
     * The unit, in bytes, at whose multiples a file may be cut into parts; 0, the default, if it is not cut. A format that
     * cuts anywhere gives each record to the part in which it starts.
     */
    default long splitUnit(Path file) {
        return 0;
    }
}
