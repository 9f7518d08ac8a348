/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.engine.spark;

import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.lineage.Operator;
import dev.millrace.internal.lineage.PersistedNode;
import dev.millrace.rdd.StorageLevel;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.WeakHashMap;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.StorageLevels;

/**
 * The Spark RDD that keeps the records of each persisted node, for all jobs that read it. Records that Spark would turn
 * into bytes itself are kept as blocks of the codec. A node that the program cannot reach any more lets go of its RDD,
 * whose blocks Spark then drops. Safe for use by several threads.
 */
final class PersistedRdds {
    private static final int RECORDS = 1024;

    private final Map<PersistedNode<?>, Kept> byNode = new WeakHashMap<>();

    private record Kept(JavaRDD<?> persisted, JavaRDD<Object> records) {}

    synchronized JavaRDD<Object> of(PersistedNode<?> node, JavaRDD<Object> parent, ValueCodec codec) {
        return node.isWanted()
                ? byNode.computeIfAbsent(node, absent -> keep(node, parent, codec))
                        .records()
                : parent;
    }

    private static Kept keep(PersistedNode<?> node, JavaRDD<Object> parent, ValueCodec codec) {
        StorageLevel level = node.level();
        Operator stage = node.operator();
        org.apache.spark.storage.StorageLevel sparks = StorageLevels.create(
                level.useDisk(), level.useMemory(), level.useOffHeap(), level.deserialized(), level.replication());
        boolean asTheyAre = level.deserialized() && !level.useDisk() && level.replication() == 1;
        JavaRDD<Object> kept =
                parent.mapPartitions(records -> PutAside.after(asTheyAre ? records : encoded(records, codec), stage));
        kept.persist(sparks);
        return new Kept(
                kept,
                kept.mapPartitions(elements ->
                        asTheyAre ? PutAside.without(elements) : decoded(PutAside.without(elements), codec)));
    }

    private static Iterator<byte[]> encoded(Iterator<Object> records, ValueCodec codec) {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return records.hasNext();
            }

            @Override
            public byte[] next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                List<Object> block = new ArrayList<>();
                while (block.size() < RECORDS && records.hasNext()) {
                    block.add(records.next());
                }
                return Blocks.encode(codec, block);
            }
        };
    }

    private static Iterator<Object> decoded(Iterator<Object> blocks, ValueCodec codec) {
        return new Iterator<>() {
            private Iterator<Object> block = List.of().iterator();

            @Override
            public boolean hasNext() {
                while (!block.hasNext() && blocks.hasNext()) {
                    block = Blocks.decode(codec, (byte[]) blocks.next()).iterator();
                }
                return block.hasNext();
            }

            @Override
            public Object next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                return block.next();
            }
        };
    }

    synchronized void unpersist(PersistedNode<?> node) {
        Kept kept = byNode.remove(node);
        if (kept != null) {
            ScalaInterop.unpersist(kept.persisted());
        }
    }

    synchronized void close() {
        byNode.values().forEach(kept -> ScalaInterop.unpersist(kept.persisted()));
        byNode.clear();
    }
}
