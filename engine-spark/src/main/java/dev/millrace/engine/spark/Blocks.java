/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.engine.spark;

import dev.millrace.Tuple2;
import dev.millrace.internal.codec.ValueCodec;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/** Many records as one value of the codec; pairs as alternating keys and values, without an object each. */
@SuppressWarnings("unchecked") // values are read with the type with which they were written
final class Blocks {
    private Blocks() {}

    static byte[] encode(ValueCodec codec, List<?> records) {
        return codec.encode(records);
    }

    @SuppressWarnings("NullAway") // a block is a list
    static <T> List<T> decode(ValueCodec codec, byte[] block) {
        return (List<T>) codec.decode(block);
    }

    static <K, V> Iterator<Tuple2<K, V>> decodePairs(ValueCodec codec, byte[] block) {
        return pairs(decode(codec, block));
    }

    private static <K, V> Iterator<Tuple2<K, V>> pairs(List<Object> flat) {
        return new Iterator<>() {
            private int index;

            @Override
            public boolean hasNext() {
                return index < flat.size();
            }

            @Override
            public Tuple2<K, V> next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                index += 2;
                return new Tuple2<>((K) flat.get(index - 2), (V) flat.get(index - 1));
            }
        };
    }
}
