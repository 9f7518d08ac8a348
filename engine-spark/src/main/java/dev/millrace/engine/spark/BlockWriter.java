/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.engine.spark;

import dev.millrace.Tuple2;
import dev.millrace.internal.operators.Partitions;
import dev.millrace.internal.operators.TaskScope;
import dev.millrace.rdd.Partitioner;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/** Cuts the pairs of a map task into encoded blocks by reducer, while Spark asks for them: it never holds them all. */
final class BlockWriter implements Iterator<scala.Tuple2<BlockKey, byte[]>> {
    private static final int PAIRS = 1024;

    private final Exchange<?, ?, ?> exchange;
    private final int mapTask;
    private final Iterator<? extends Tuple2<?, ?>> pairs;
    private final List<List<Object>> open = new ArrayList<>();
    private final int[] written;
    private final Deque<scala.Tuple2<BlockKey, byte[]>> ready = new ArrayDeque<>();
    private boolean ended;

    BlockWriter(Exchange<?, ?, ?> exchange, int mapTask, Iterator<? extends Tuple2<?, ?>> pairs) {
        this.exchange = exchange;
        this.mapTask = mapTask;
        this.pairs = pairs;
        int reducers = exchange.target().numPartitions();
        written = new int[reducers];
        for (int i = 0; i < reducers; i++) {
            open.add(new ArrayList<>());
        }
    }

    @Override
    public boolean hasNext() {
        if (ready.isEmpty() && !ended) {
            SparkTasks.run(exchange.mapStage(), scope -> {
                fill(scope);
                return true;
            });
        }
        return !ready.isEmpty();
    }

    @Override
    public scala.Tuple2<BlockKey, byte[]> next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return ready.remove();
    }

    private void fill(TaskScope scope) {
        Partitioner target = exchange.target();
        while (ready.isEmpty() && pairs.hasNext()) {
            Tuple2<?, ?> pair = pairs.next();
            int reducer = Partitions.of(target, pair._1(), exchange.operator());
            List<Object> block = open.get(reducer);
            block.add(pair._1());
            block.add(pair._2());
            if (block.size() == 2 * PAIRS) {
                write(reducer);
            }
        }
        if (ready.isEmpty()) {
            ended = true;
            for (int reducer = 0; reducer < written.length; reducer++) {
                if (!open.get(reducer).isEmpty()) {
                    write(reducer);
                }
            }
            exchange.observations().add(new MapObservations.Seen(exchange.shuffle(), scope.observation()));
        }
    }

    private void write(int reducer) {
        BlockKey key = new BlockKey(reducer, mapTask, written[reducer]++);
        ready.add(new scala.Tuple2<>(key, Blocks.encode(exchange.codec(), open.get(reducer))));
        open.get(reducer).clear();
    }
}
