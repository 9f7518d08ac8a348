/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.files;

import dev.millrace.error.MillraceException;
import dev.millrace.internal.errors.Causes;
import dev.millrace.internal.io.MalformedInput;
import dev.millrace.spi.FileFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.NoSuchFileException;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The records of one split after the other; one file is open at a time. */
final class SplitIterator<T> implements Iterator<T>, AutoCloseable {
    private final FileFormat<T> format;
    private final MalformedInput malformed;
    private final Iterator<FileSplit> splits;
    private Iterator<T> records = Collections.emptyIterator();
    private @Nullable OpenPart open;

    SplitIterator(FileFormat<T> format, MalformedInput malformed, List<FileSplit> splits) {
        this.format = format;
        this.malformed = malformed;
        this.splits = splits.iterator();
    }

    @Override
    public boolean hasNext() {
        while (!records.hasNext()) {
            close();
            if (!splits.hasNext()) {
                return false;
            }
            records = open(splits.next());
        }
        return true;
    }

    @Override
    public T next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return records.next();
    }

    @Override
    public void forEachRemaining(Consumer<? super T> sink) {
        while (hasNext()) {
            records.forEachRemaining(sink);
        }
    }

    private Iterator<T> open(FileSplit split) {
        try {
            open = new OpenPart(split);
            return format.read(open);
        } catch (NoSuchFileException e) {
            return refused(split, "it is gone: it was moved or deleted after the batch had taken it", "put it back");
        } catch (ShrunkFileException e) {
            return refused(split, Causes.text(e), "put the old content back");
        } catch (RuntimeException e) {
            throw e instanceof MillraceException
                    ? e
                    : new MillraceException("file " + split.path() + " cannot be read by its format: " + e, e);
        } catch (IOException e) {
            if (e instanceof ClosedByInterruptException) {
                throw new UncheckedIOException(e); // the task is cancelled
            }
            throw new MillraceException("file " + split.path() + " cannot be read: " + Causes.text(e), e);
        }
    }

    /** Each part of the file sees the same, and the first tells. */
    private Iterator<T> refused(FileSplit split, String problem, String change) {
        close();
        if (split.from() == 0 || !malformed.putsAside()) {
            malformed.refuse(
                    "file " + split.path(),
                    new byte[0],
                    problem,
                    change + MalformedInput.orSet("quarantine")
                            + "; files must stay as they are until their batch is complete");
        }
        return Collections.emptyIterator();
    }

    @Override
    public void close() {
        OpenPart part = open;
        Iterator<T> read = records;
        open = null;
        records = Collections.emptyIterator();
        if (part != null) {
            try (part) {
                if (read instanceof AutoCloseable resource) {
                    resource.close();
                }
            } catch (Exception e) {
                throw new MillraceException("file " + FilePaths.text(part.path()) + " cannot be closed: " + e, e);
            }
        }
    }
}
