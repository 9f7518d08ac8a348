/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.engine.spark;

import dev.millrace.Tuple2;
import dev.millrace.internal.codec.ValueCodec;
import java.util.Collections;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** The pairs of sorted blocks, one block decoded at a time. */
final class BlockReader<K, V> implements Iterator<Tuple2<K, V>> {
    private final ValueCodec codec;
    private final Iterator<scala.Tuple2<BlockKey, byte[]>> blocks;
    private Iterator<Tuple2<K, V>> current = Collections.emptyIterator();

    BlockReader(ValueCodec codec, Iterator<scala.Tuple2<BlockKey, byte[]>> blocks) {
        this.codec = codec;
        this.blocks = blocks;
    }

    @Override
    public boolean hasNext() {
        while (!current.hasNext()) {
            if (!blocks.hasNext()) {
                return false;
            }
            current = Blocks.decodePairs(codec, blocks.next()._2());
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
}
