/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.output;

import dev.millrace.error.MillraceException;
import dev.millrace.spi.OutputBatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** The rows that wait in files of a batch, as often as they are asked for; one file is open at a time for each who reads. */
final class WaitingRows<R> implements Iterable<R>, AutoCloseable {
    private final RowsPlace place;
    private final OutputBatch batch;
    private final List<String> files;
    private final Object sink;
    private final List<Reader> readers = new ArrayList<>();

    /** @param sink what they wait for, for errors */
    WaitingRows(RowsPlace place, OutputBatch batch, List<String> files, Object sink) {
        this.place = place;
        this.batch = batch;
        this.files = files;
        this.sink = sink;
    }

    @Override
    public Iterator<R> iterator() {
        Reader reader = new Reader();
        readers.add(reader);
        return reader;
    }

    @Override
    public void close() throws IOException {
        for (Reader reader : readers) {
            reader.closeFile();
        }
    }

    private final class Reader implements Iterator<R> {
        private final Iterator<String> left = files.iterator();
        private ObjectFile.@Nullable Records<R> open;

        @Override
        public boolean hasNext() {
            try {
                while ((open == null || !open.hasNext()) && left.hasNext()) {
                    closeFile();
                    open = read(left.next());
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return open != null && open.hasNext();
        }

        private ObjectFile.Records<R> read(String file) throws IOException {
            try {
                return ObjectFile.read(place.files(), place.path(batch) + "/" + file, place.codec());
            } catch (NoSuchFileException e) {
                throw new MillraceException( // since the start, which looks at what it is to publish
                        "batch " + batch.time() + " of output \"" + batch.outputName() + "\" is not in " + sink
                                + ", and its rows are gone: " + e.getMessage()
                                + "; something else deletes there: stop that, and start again",
                        e);
            }
        }

        @Override
        public R next() {
            if (!hasNext() || open == null) {
                throw new NoSuchElementException();
            }
            return open.next();
        }

        private void closeFile() throws IOException {
            if (open != null) {
                open.close();
            }
        }
    }
}
