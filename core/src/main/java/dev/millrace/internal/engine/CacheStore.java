/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.engine;

import dev.millrace.internal.lineage.PersistedNode;
import dev.millrace.internal.memory.CachedPartition;
import dev.millrace.internal.memory.MemorySpace;
import dev.millrace.internal.operators.TaskScope;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The partitions of persisted datasets. A task that computes one to its end leaves it here if its attempt wins; when
 * memory is short, those read longest ago are spilled or dropped, as their level says. Partitions that no program can reach any more
 * are dropped too. Thread safe; nothing asks for memory while the lock is held.
 */
final class CacheStore {
    private final MemorySpace space;
    private final Map<Key, CachedPartition> partitions = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<Long, Dataset> datasets = new HashMap<>();
    private final ReferenceQueue<PersistedNode<?>> unreachable = new ReferenceQueue<>();
    private final ThreadLocal<Map<Long, Integer>> filling = ThreadLocal.withInitial(HashMap::new);

    CacheStore(MemorySpace space) {
        this.space = space;
    }

    private record Key(long node, int partition) {}

    /** A dataset of which something is held; it does not keep the node alive. */
    private static final class Dataset extends PhantomReference<PersistedNode<?>> {
        private final long id;
        private int pins;
        private boolean dropped;

        Dataset(PersistedNode<?> node, ReferenceQueue<PersistedNode<?>> queue) {
            super(node, queue);
            id = node.id();
        }
    }

    /** The records of a partition, or null if they are to be computed. */
    @SuppressWarnings("unchecked") // of a node of T came records of T
    synchronized <T> @Nullable Iterator<T> find(PersistedNode<T> node, int partition) {
        CachedPartition held = partitions.get(new Key(node.id(), partition));
        return held == null ? null : (Iterator<T>) held.read();
    }

    /** Gives the records that were computed, and holds them once they have been read to the end and the attempt has won. */
    <T> Iterator<T> filling(PersistedNode<T> node, int partition, Iterator<T> computed, TaskScope task) {
        if (!node.isWanted()) {
            return computed;
        }
        filling.get().merge(node.id(), 1, Integer::sum);
        CachingIterator<T> records = new CachingIterator<>(computed, new CachedPartition(space, node.level()));
        task.atEnd(won -> {
            filling.get().computeIfPresent(node.id(), (id, count) -> count == 1 ? null : count - 1);
            CachedPartition complete = records.complete();
            if (complete != null && !(won && add(node, partition, complete))) {
                complete.close();
            }
        });
        return records;
    }

    private synchronized boolean add(PersistedNode<?> node, int partition, CachedPartition records) {
        dropUnreachable();
        if (!node.isWanted()) {
            return false;
        }
        datasets.computeIfAbsent(node.id(), id -> new Dataset(node, unreachable));
        return partitions.putIfAbsent(new Key(node.id(), partition), records) == null;
    }

    private void dropUnreachable() {
        for (Reference<?> next = unreachable.poll(); next != null; next = unreachable.poll()) {
            drop(((Dataset) next).id);
        }
    }

    /**
     * Holds a dataset fast if all of its partitions are here; {@link #unpin} lets go.
     *
     * @return how many records it has, or -1 if it is not complete
     */
    synchronized long pin(PersistedNode<?> node) {
        Dataset dataset = datasets.get(node.id());
        if (dataset == null || dataset.dropped) {
            return -1;
        }
        long records = 0;
        for (int i = 0; i < node.partitions(); i++) {
            CachedPartition held = partitions.get(new Key(node.id(), i));
            if (held == null) {
                return -1;
            }
            records += held.size();
        }
        dataset.pins++;
        return records;
    }

    synchronized void unpin(PersistedNode<?> node) {
        Dataset dataset = datasets.get(node.id());
        if (dataset != null && --dataset.pins == 0 && dataset.dropped) {
            drop(node.id());
        }
    }

    /** Drops what is held of a dataset, once no job depends on it. */
    synchronized void drop(long node) {
        Dataset dataset = datasets.get(node);
        if (dataset == null) {
            return;
        }
        dataset.dropped = true;
        if (dataset.pins == 0) {
            datasets.remove(node);
            partitions.entrySet().removeIf(entry -> {
                boolean of = entry.getKey().node() == node;
                if (of) {
                    entry.getValue().close();
                }
                return of;
            });
        }
    }

    /** Spills or drops about {@code bytes}, but nothing of a dataset that this thread is just filling: it would be next. */
    void evict(long bytes) {
        long freed = 0;
        for (CachedPartition oldest : toSpill()) {
            if (freed < bytes) {
                freed += oldest.spill();
            }
        }
        dropOldest(bytes - freed);
    }

    private synchronized List<CachedPartition> toSpill() {
        dropUnreachable();
        List<CachedPartition> found = new ArrayList<>();
        partitions.forEach((key, held) -> {
            if (held.maySpill() && !filling.get().containsKey(key.node())) {
                found.add(held);
            }
        });
        return found;
    }

    private synchronized void dropOldest(long bytes) {
        long freed = 0;
        Iterator<Map.Entry<Key, CachedPartition>> oldest = partitions.entrySet().iterator();
        while (freed < bytes && oldest.hasNext()) {
            Map.Entry<Key, CachedPartition> entry = oldest.next();
            long node = entry.getKey().node();
            Dataset dataset = datasets.get(node);
            boolean needed = dataset != null && dataset.pins > 0;
            if (!entry.getValue().maySpill() && !needed && !filling.get().containsKey(node)) {
                freed += entry.getValue().bytesInMemory();
                entry.getValue().close();
                oldest.remove();
            }
        }
    }

    synchronized void close() {
        partitions.values().forEach(CachedPartition::close);
        partitions.clear();
        datasets.clear();
    }
}
