/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.quarantine;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The lines of several sorted sequences in one; of a place that is in several, the line of the first. */
final class MergedLines implements Iterator<AsideLine>, AutoCloseable {
    private final List<BufferedReader> files = new ArrayList<>();
    private final PriorityQueue<Sequence> heads =
            new PriorityQueue<>(Comparator.comparing(Sequence::key).thenComparingInt(Sequence::number));

    private MergedLines() {}

    private static final class Sequence {
        private final int number;
        private final Iterator<AsideLine> lines;
        private AsideLine head;

        Sequence(int number, Iterator<AsideLine> lines) {
            this.number = number;
            this.lines = lines;
            head = lines.next();
        }

        int number() {
            return number;
        }

        String key() {
            return head.key();
        }
    }

    static MergedLines of(List<Path> files, Collection<AsideLine> last) throws IOException {
        MergedLines merged = new MergedLines();
        try {
            for (Path file : files) {
                BufferedReader lines = LineFiles.open(file);
                merged.files.add(lines);
                merged.add(lines.lines().map(AsideLine::parse).iterator());
            }
            merged.add(last.iterator());
            return merged;
        } catch (Throwable e) {
            merged.close();
            throw e;
        }
    }

    private void add(Iterator<AsideLine> lines) {
        if (lines.hasNext()) {
            heads.add(new Sequence(heads.size(), lines));
        }
    }

    @Override
    public boolean hasNext() {
        return !heads.isEmpty();
    }

    @Override
    public AsideLine next() {
        AsideLine first = step();
        if (first == null) {
            throw new NoSuchElementException();
        }
        while (hasNext() && heads.element().key().equals(first.key())) {
            step();
        }
        return first;
    }

    private @Nullable AsideLine step() {
        Sequence sequence = heads.poll();
        if (sequence == null) {
            return null;
        }
        AsideLine line = sequence.head;
        if (sequence.lines.hasNext()) {
            sequence.head = sequence.lines.next();
            heads.add(sequence);
        }
        return line;
    }

    /** As they are written; each line is shown to {@code seen} before. */
    Iterator<String> texts(Consumer<AsideLine> seen) {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return MergedLines.this.hasNext();
            }

            @Override
            public String next() {
                AsideLine line = MergedLines.this.next();
                seen.accept(line);
                return line.text();
            }
        };
    }

    @Override
    public void close() {
        for (BufferedReader file : files) {
            try {
                file.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e); // it was only read
            }
        }
    }
}
