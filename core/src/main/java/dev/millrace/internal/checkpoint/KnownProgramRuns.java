/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

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
public final class KnownProgramRuns {
    static final int MOST = 10_000;

    private final NavigableMap<Long, UUID> runs = new TreeMap<>();
    private final List<CheckpointIdentity> unrecorded = new ArrayList<>();

    KnownProgramRuns() {}

    /**
     * Those that journals and snapshots tell of, and others.
     *
     * @param found of the checkpoint
     */
    KnownProgramRuns(CheckpointImage image, List<CheckpointIdentity> found) {
        runs.putAll(image.programRuns.runs);
        for (CheckpointIdentity run : found) {
            if (!knows(run, run.checkpointId())) {
                runs.put(run.epoch(), run.runId());
                unrecorded.add(run);
            }
        }
    }

    /** Adds a run of the checkpoint, and forgets one that is long past. Epochs are nearly without gaps. */
    void add(long epoch, UUID runId) {
        runs.put(epoch, runId);
        runs.remove(epoch - MOST);
    }

    /** The runs of programs of which no journal tells yet. */
    List<CheckpointIdentity> unrecorded() {
        return unrecorded;
    }

    /** Returns whether the run belongs to the checkpoint's own past; also false for a run of another checkpoint. */
    public boolean knows(CheckpointIdentity run, UUID checkpointId) {
        return run.checkpointId().equals(checkpointId)
                && !runs.isEmpty()
                && (run.epoch() <= runs.lastKey() - MOST || run.runId().equals(runs.get(run.epoch())));
    }

    /** The ids of runs, by epoch. */
    NavigableMap<Long, UUID> byEpoch() {
        return runs;
    }
}
