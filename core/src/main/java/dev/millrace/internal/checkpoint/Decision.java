/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.internal.changes.StepChanges;
import dev.millrace.internal.crash.CrashPoint;
import dev.millrace.internal.log.CheckpointIdentity;
import dev.millrace.streaming.BatchTime;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The records by which a batch is decided: one, if its changes are few; else one for each block of changes as it comes, so that
 * none is held, and then the one that decides. Batch thread.
 */
final class Decision {
    private static final long MOST_BYTES = 1 << 20;
    private static final int RECORDS_A_JOURNAL = 16;

    private final long time;
    private final long recordBytes;
    private final Sink sink;
    private final List<Block> few = new ArrayList<>();
    private long bytes;
    private int records;

    private record Block(String step, byte[] bytes) {}

    /** Writes a record of changes. */
    interface Sink {
        void write(JournalRecord.Changed changed) throws IOException;
    }

    /** @param recordBytes see {@link #recordBytes(long)} */
    Decision(BatchTime batch, long recordBytes, Sink sink) {
        this.time = batch.milliseconds();
        this.recordBytes = recordBytes;
        this.sink = sink;
    }

    /**
     * Returns how many bytes of changes the record that decides may have: about a megabyte, and less in journals that are to stay small,
     * so that tests see decisions of many records.
     */
    static long recordBytes(long journalBytes) {
        return Math.min(MOST_BYTES, journalBytes / RECORDS_A_JOURNAL);
    }

    /** Takes how the steps have changed in each partition. */
    void addAll(Map<String, List<StepChanges>> changes) throws IOException {
        for (Map.Entry<String, List<StepChanges>> step : changes.entrySet()) {
            for (StepChanges partition : step.getValue()) {
                partition.writeTo(block -> add(new Block(step.getKey(), block)));
            }
        }
        if (records > 0) {
            CrashPoint.CHANGES_WRITTEN.reach();
        }
    }

    private void add(Block block) throws IOException {
        bytes += block.bytes().length;
        few.add(block);
        if (bytes > recordBytes) {
            for (Block next : few) {
                sink.write(new JournalRecord.Changed(time, records++, next.step(), next.bytes()));
            }
            few.clear();
        }
    }

    /** The record that decides. */
    JournalRecord.Decided decided(Map<String, List<String>> staged, CheckpointIdentity by) {
        Map<String, List<byte[]>> changes = new LinkedHashMap<>();
        few.forEach(block ->
                changes.computeIfAbsent(block.step(), step -> new ArrayList<>()).add(block.bytes()));
        return new JournalRecord.Decided(time, changes, records, staged, by);
    }
}
