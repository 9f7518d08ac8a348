/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.execute;

import dev.millrace.Tuple2;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/** The records of blocks as pairs, one block after the other. */
final class BlockIterator<K, V> implements Iterator<Tuple2<K, V>> {
    private final List<RecordBlock> blocks;
    private int block;
    private int index;

    BlockIterator(List<RecordBlock> blocks) {
        this.blocks = blocks;
    }

    @Override
    public boolean hasNext() {
        while (block < blocks.size() && index == blocks.get(block).size()) {
            block++;
            index = 0;
        }
        return block < blocks.size();
    }

    @Override
    @SuppressWarnings("unchecked")
    public Tuple2<K, V> next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        RecordBlock current = blocks.get(block);
        Tuple2<K, V> pair = new Tuple2<>((K) current.key(index), (V) current.value(index));
        index++;
        return pair;
    }
}
