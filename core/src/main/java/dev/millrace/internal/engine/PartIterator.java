/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.engine;

import dev.millrace.Tuple2;
import dev.millrace.internal.memory.Spill;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The pairs of what map tasks gave to a reducer, in order. */
@SuppressWarnings({"unchecked", "NullAway"}) // a shuffle gives what was put in; keys and values may be null
final class PartIterator<K, V> implements Iterator<Tuple2<K, V>>, AutoCloseable {
    private final Deque<Supplier<Iterator<Tuple2<K, V>>>> rest = new ArrayDeque<>();
    private Iterator<Tuple2<K, V>> current = Collections.emptyIterator();
    private Spill.@Nullable Entries open;

    PartIterator(List<MapOutput.Part> parts) {
        for (MapOutput.Part part : parts) {
            part.spills().forEach(spill -> rest.add(() -> pairs(spill.read(part.reducer()))));
            RecordBlock block = part.block();
            if (block != null) {
                rest.add(() -> pairs(block));
            }
        }
    }

    private Iterator<Tuple2<K, V>> pairs(Spill.Entries entries) {
        open = entries;
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return entries.hasNext();
            }

            @Override
            public Tuple2<K, V> next() {
                Object[] entry = entries.next();
                return new Tuple2<>((K) entry[0], (V) entry[1]);
            }
        };
    }

    private static <K, V> Iterator<Tuple2<K, V>> pairs(RecordBlock block) {
        return new Iterator<>() {
            private int index;

            @Override
            public boolean hasNext() {
                return index < block.size();
            }

            @Override
            public Tuple2<K, V> next() {
                if (index == block.size()) {
                    throw new NoSuchElementException();
                }
                Tuple2<K, V> pair = new Tuple2<>((K) block.key(index), (V) block.value(index));
                index++;
                return pair;
            }
        };
    }

    @Override
    public boolean hasNext() {
        while (!current.hasNext()) {
            if (rest.isEmpty()) {
                return false;
            }
            current = rest.remove().get();
        }
        return true;
    }

    @Override
    public Tuple2<K, V> next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return current.next();
    }

    @Override
    public void close() {
        if (open != null) {
            open.close();
        }
    }
}
