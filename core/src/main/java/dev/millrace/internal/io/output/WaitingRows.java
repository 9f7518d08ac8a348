/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.output;

import dev.millrace.error.MillraceException;
import dev.millrace.internal.memory.ConcatIterator;
import dev.millrace.spi.OutputBatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** The rows that wait in a decision and in files of its batch, as often as they are asked for; one file is open at a time for each reader. */
final class WaitingRows<R> implements Iterable<R>, AutoCloseable {
    private final RowsPlace place;
    private final OutputBatch batch;
    private final List<StagedPart> parts;
    private final Object sink;
    private final List<ConcatIterator<R>> readers = new ArrayList<>();

    /** @param sink what they wait for, for errors */
    WaitingRows(RowsPlace place, OutputBatch batch, List<StagedPart> parts, Object sink) {
        this.place = place;
        this.batch = batch;
        this.parts = parts;
        this.sink = sink;
    }

    @Override
    public Iterator<R> iterator() {
        ConcatIterator<R> rows = new ConcatIterator<>(parts.iterator(), this::read);
        readers.add(rows);
        return rows;
    }

    private Iterator<R> read(StagedPart part) {
        try {
            return part.rows() == null ? open(part.file()) : StagedFrames.read(part.rows(), place.codec());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ObjectFile.Records<R> open(String file) throws IOException {
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
    public void close() {
        readers.forEach(ConcatIterator::close);
    }
}
