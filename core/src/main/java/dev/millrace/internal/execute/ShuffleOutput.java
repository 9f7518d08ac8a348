/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.execute;

import dev.millrace.Tuple2;
import dev.millrace.internal.lineage.Combine;
import dev.millrace.internal.lineage.ShuffleNode;
import dev.millrace.internal.lineage.StableHash;
import dev.millrace.internal.operators.Aggregation;
import dev.millrace.internal.operators.OrderedMap;
import dev.millrace.rdd.HashPartitioner;
import dev.millrace.rdd.Partitioner;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * What the map tasks of a shuffle wrote, by map task and reducer. Reducers read map outputs in index order, so keys
 * stand in order of first arrival. When much has piled up, finished outputs from the first on are merged into one,
 * which keeps that order and bounds memory by the number of distinct keys.
 */
@SuppressWarnings("NullAway") // a slot is null until its map task has written, or if it wrote nothing for a reducer
final class ShuffleOutput<K, V, C> {
    /** About a fifth of the heap, at some hundred bytes a record. */
    private static final long MERGE_ABOVE =
            Math.max(100_000, Runtime.getRuntime().maxMemory() / 600);

    private final ShuffleNode<K, V, C> shuffle;
    private final RecordBlock[][] byMapTask;
    private long records;
    private int merged; // outputs before this index are in the one at this index - 1
    private long mergedRecords;

    ShuffleOutput(ShuffleNode<K, V, C> shuffle) {
        this.shuffle = shuffle;
        byMapTask = new RecordBlock[shuffle.parent().partitions()][];
    }

    synchronized long records() {
        return records;
    }

    /** The map side: combines if asked, and sorts the result into blocks by reducer. Runs in a map task. */
    RecordBlock[] write(Iterator<Tuple2<K, V>> pairs) {
        RecordBlock[] blocks = new RecordBlock[shuffle.partitions()];
        Combine<V, C> combine = shuffle.combine();
        if (combine == null || !combine.mapSide()) {
            pairs.forEachRemaining(pair -> add(blocks, 4, pair._1(), StableHash.of(pair._1()), pair._2()));
        } else {
            OrderedMap<K, C> map = Aggregation.combine(pairs, combine);
            int expected = map.size() / blocks.length + 1;
            for (int i = 0; i < map.end(); i++) {
                add(blocks, expected, map.key(i), map.hash(i), map.value(i));
            }
        }
        return blocks;
    }

    private void add(RecordBlock[] blocks, int expected, Object key, int hash, Object value) {
        Partitioner target = shuffle.target();
        int reducer = target instanceof HashPartitioner ? Math.floorMod(hash, blocks.length) : target.getPartition(key);
        RecordBlock block = blocks[reducer];
        if (block == null) {
            block = new RecordBlock(expected);
            blocks[reducer] = block;
        }
        block.add(key, hash, value);
    }

    /** Takes the output of the winning attempt of a map task. */
    synchronized void add(int mapTask, RecordBlock[] blocks) {
        byMapTask[mapTask] = blocks;
        records += count(blocks);
        Combine<V, C> combine = shuffle.combine();
        if (combine != null && combine.mapSide() && records > Math.max(MERGE_ABOVE, 2 * mergedRecords)) {
            mergeFinished(combine);
        }
    }

    private void mergeFinished(Combine<V, C> combine) {
        int until = merged;
        while (until < byMapTask.length && byMapTask[until] != null) {
            until++;
        }
        int first = Math.max(0, merged - 1);
        if (until - first < 2) {
            return;
        }
        RecordBlock[] result = new RecordBlock[shuffle.partitions()];
        for (int reducer = 0; reducer < result.length; reducer++) {
            OrderedMap<K, C> map = merge(blocksOf(reducer, first, until), combine);
            RecordBlock block = new RecordBlock(map.size());
            for (int i = 0; i < map.end(); i++) {
                block.add(map.key(i), map.hash(i), map.value(i));
            }
            result[reducer] = block;
        }
        for (int i = first; i < until; i++) {
            records -= count(byMapTask[i]);
            byMapTask[i] = new RecordBlock[result.length];
        }
        byMapTask[until - 1] = result;
        merged = until;
        mergedRecords = count(result);
        records += mergedRecords;
    }

    private static long count(RecordBlock[] blocks) {
        long count = 0;
        if (blocks != null) {
            for (RecordBlock block : blocks) {
                count += block == null ? 0 : block.size();
            }
        }
        return count;
    }

    private List<RecordBlock> blocksOf(int reducer, int from, int until) {
        List<RecordBlock> blocks = new ArrayList<>();
        for (int i = from; i < until; i++) {
            RecordBlock[] written = byMapTask[i];
            if (written != null && written[reducer] != null) {
                blocks.add(written[reducer]);
            }
        }
        return blocks;
    }

    /** The reduce side: the pairs of one partition. Runs in a reduce task, after all map tasks. */
    Iterator<Tuple2<K, C>> read(int reducer) {
        List<RecordBlock> blocks = blocksOf(reducer, 0, byMapTask.length);
        Combine<V, C> combine = shuffle.combine();
        if (combine == null || (combine.mapSide() && blocks.size() == 1)) {
            return new BlockIterator<>(blocks);
        }
        return Aggregation.entries(merge(blocks, combine));
    }

    @SuppressWarnings("unchecked")
    private OrderedMap<K, C> merge(List<RecordBlock> blocks, Combine<V, C> combine) {
        OrderedMap<K, C> map = new OrderedMap<>(
                blocks.stream().mapToInt(RecordBlock::size).max().orElse(0));
        for (RecordBlock block : blocks) {
            for (int i = 0; i < block.size(); i++) {
                K key = (K) block.key(i);
                if (combine.mapSide()) {
                    Aggregation.addCombined(map, key, block.hash(i), (C) block.value(i), combine);
                } else {
                    Aggregation.addValue(map, key, block.hash(i), (V) block.value(i), combine);
                }
            }
        }
        return map;
    }
}
