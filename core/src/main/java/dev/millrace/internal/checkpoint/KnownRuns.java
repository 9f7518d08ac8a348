/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.internal.changes.ChangeBlock;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.log.CheckpointIdentity;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.UUID;

/**
 * The runs that belong to the past of a checkpoint. A run that another copy of it has had since it was copied does not. The
 * last {@value #MOST} are remembered by their ids; all before them count as known.
 */
public final class KnownRuns {
    static final int MOST = 10_000;

    private final NavigableMap<Long, UUID> runs = new TreeMap<>();

    KnownRuns() {}

    /** Those that journals and snapshots tell of. */
    static KnownRuns of(CheckpointImage image) {
        return of(image.entries.getOrDefault(CheckpointImage.RUNS, new KeyedEntries()));
    }

    /** Of the entries that {@link #block} made. */
    static KnownRuns of(KeyedEntries entries) {
        KnownRuns known = new KnownRuns();
        entries.forEach(ValueCodec.builtIn(), (key, value, touched) -> {
            if (key instanceof Long epoch && value instanceof String runId) {
                known.add(epoch, UUID.fromString(runId));
            }
        });
        return known;
    }

    /** The change that a run makes to the entries. Epochs are nearly without gaps, so the entries do not grow. */
    static byte[] block(long epoch, String runId) {
        ChangeBlock block = new ChangeBlock(ValueCodec.builtIn());
        block.remove(epoch - MOST);
        block.put(epoch, runId);
        return block.toBytes();
    }

    /** Adds runs of the checkpoint; returns those that were not known. */
    List<CheckpointIdentity> learn(List<CheckpointIdentity> found) {
        List<CheckpointIdentity> unknown = new ArrayList<>(found);
        unknown.removeIf(run -> knows(run, run.checkpointId()));
        unknown.forEach(run -> add(run.epoch(), run.runId()));
        return unknown;
    }

    private void add(long epoch, UUID runId) {
        runs.put(epoch, runId);
    }

    /** Returns whether the run belongs to the checkpoint's own past; also false for a run of another checkpoint. */
    public boolean knows(CheckpointIdentity run, UUID checkpointId) {
        return run.checkpointId().equals(checkpointId)
                && !runs.isEmpty()
                && (run.epoch() <= runs.lastKey() - MOST || run.runId().equals(runs.get(run.epoch())));
    }

    /** The ids of runs, by epoch. */
    public NavigableMap<Long, UUID> byEpoch() {
        return new TreeMap<>(runs);
    }
}
