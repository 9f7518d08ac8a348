/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.log.CheckpointIdentity;
import dev.millrace.spi.InputSlice;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A record of a journal, which has a frame of its own: a list of built-in values that begins with the kind of the record. */
sealed interface JournalRecord {
    ValueCodec CODEC = ValueCodec.builtIn();

    /** The program for which the journal is; a program writes it first, and again where a snapshot may begin. */
    record Start(long zero, long interval, boolean derivedNames, List<String> shape) implements JournalRecord {
        @Override
        public List<?> fields() {
            return List.of("start", zero, interval, derivedNames, shape);
        }

        @Override
        public void applyTo(CheckpointImage image) {
            image.apply(this);
        }
    }

    /** The input that a batch takes, and the positions after it. */
    record Plan(long time, Map<String, InputSlice> slices, List<String> outputs) implements JournalRecord {
        @Override
        public List<?> fields() {
            return List.of("plan", time, sliceFields(), outputs);
        }

        @Override
        public void applyTo(CheckpointImage image) {
            image.apply(this);
        }

        private Map<String, Object> sliceFields() {
            Map<String, Object> fields = new LinkedHashMap<>();
            slices.forEach((input, slice) -> fields.put(
                    input, List.of(slice.records(), slice.description(), slice.content(), slice.positions())));
            return fields;
        }

        /** Returns this plan without what it takes from an input that was dropped. */
        Plan without(String input) {
            Map<String, InputSlice> rest = new LinkedHashMap<>(slices);
            rest.remove(input);
            return new Plan(time, rest, outputs);
        }

        /** Returns this plan without the move of the position of an input that was dropped. */
        Plan withoutPositions(String input) {
            Map<String, InputSlice> all = new LinkedHashMap<>(slices);
            all.computeIfPresent(
                    input,
                    (name, slice) -> new InputSlice(slice.records(), slice.description(), slice.content(), Map.of()));
            return new Plan(time, all, outputs);
        }
    }

    /** The position of an input at its very first start, before any batch. */
    record Begins(String input, Map<Object, Object> position) implements JournalRecord {
        @Override
        public List<?> fields() {
            return List.of("begins", input, position);
        }

        @Override
        public void applyTo(CheckpointImage image) {
            image.apply(this);
        }
    }

    /** An output without exactly-once delivery has run. */
    record Done(long time, String output) implements JournalRecord {
        @Override
        public List<?> fields() {
            return List.of("done", time, output);
        }

        @Override
        public void applyTo(CheckpointImage image) {
            image.apply(this);
        }
    }

    /**
     * A part of how a step changes in a batch, if all changes are too much for one record. It counts when the batch is decided.
     *
     * @param number its place among those of its batch, from 0 on
     */
    record Changed(long time, int number, String step, byte[] block) implements JournalRecord {
        @Override
        public List<?> fields() {
            return List.of("changed", time, number, step, block);
        }

        @Override
        public void applyTo(CheckpointImage image) {
            image.apply(this);
        }

        /** Returns what stands before the bytes of the block, which are its end, so that they need not be copied. */
        byte[] head() {
            return CODEC.encodeUpToBytes(List.of("changed", time, number, step), block.length);
        }
    }

    /**
     * The batch is decided: how steps change, and what is staged for which output.
     *
     * @param changes all of them, or none if they stand in records before
     * @param records in how many {@link Changed} records, which stand before it in the same journal
     * @param by the program that has decided it, and so staged it
     */
    record Decided(
            long time,
            Map<String, List<byte[]>> changes,
            int records,
            Map<String, List<String>> staged,
            CheckpointIdentity by)
            implements JournalRecord {
        @Override
        public List<?> fields() {
            return withIdentity(by, "decided", time, changes, records, staged);
        }

        @Override
        public void applyTo(CheckpointImage image) {
            image.apply(this);
        }

        @Override
        public int room() { // no more than a record may have
            int bytes = JournalRecord.super.room();
            for (List<byte[]> blocks : changes.values()) {
                for (byte[] block : blocks) {
                    bytes += block.length + 32;
                }
            }
            return bytes;
        }

        /** Returns this decision without the parts of an output that was dropped. */
        Decided without(String output) {
            Map<String, List<String>> rest = new LinkedHashMap<>(staged);
            rest.remove(output);
            return new Decided(time, changes, records, rest, by);
        }

        /** The part that a later journal must repeat as long as the batch is perhaps not visible everywhere. */
        Decided withoutChanges() {
            return new Decided(time, Map.of(), 0, staged, by);
        }
    }

    /** Part of what changes in a step because the types of the program have changed. */
    record Upgrade(String step, byte[] block) implements StartChange {
        @Override
        public List<?> fields() {
            return List.of("upgrade", step, block);
        }

        @Override
        public void applyTo(CheckpointImage image) {
            image.apply(this);
        }
    }

    /**
     * All that is kept under a name is dropped, because no operator of the program has it any more.
     *
     * @param entries {@code step/NAME} or {@code input/NAME}
     * @param nextBlock of an input, the first block of the log that is not dropped with it; -1 if the log has none
     */
    record Drop(String entries, long nextBlock) implements StartChange {
        @Override
        public List<?> fields() {
            return List.of("drop", entries, nextBlock);
        }

        @Override
        public void applyTo(CheckpointImage image) {
            image.apply(this);
        }

        String name() {
            return entries.substring(entries.indexOf('/') + 1);
        }
    }

    /** A change of a start to the contents that it found. It counts when the start is decided. */
    sealed interface StartChange extends JournalRecord {}

    /**
     * The start is decided, and all its changes are there.
     *
     * @param records in how many {@link StartChange} records, which stand before it in the same journal
     */
    record StartDecided(int records) implements JournalRecord {
        @Override
        public List<?> fields() {
            return List.of("start-decided", records);
        }

        @Override
        public void applyTo(CheckpointImage image) {
            // the changes have been applied just before
        }
    }

    /** A program that has owned the checkpoint; a start names itself and those of which no journal tells yet. */
    record Run(long epoch, String id) implements JournalRecord {
        @Override
        public List<?> fields() {
            return List.of("run", epoch, id);
        }

        @Override
        public void applyTo(CheckpointImage image) {
            image.apply(this);
        }
    }

    /** All outputs of the batch are visible. */
    record Commit(long time) implements JournalRecord {
        @Override
        public List<?> fields() {
            return List.of("commit", time);
        }

        @Override
        public void applyTo(CheckpointImage image) {
            image.apply(this);
        }
    }

    /**
     * The batch is decided as one that had no input: positions move, nothing else does. A command
     * writes it, while no program runs.
     *
     * @param at when that was, in milliseconds
     * @param reason why, in words; may be empty
     * @param by the program that has decided it
     */
    record Skip(long time, long at, String reason, CheckpointIdentity by) implements JournalRecord {
        @Override
        public List<?> fields() {
            return withIdentity(by, "skip", time, at, reason);
        }

        @Override
        public void applyTo(CheckpointImage image) {
            image.apply(this);
        }

        Decided decision() {
            return new Decided(time, Map.of(), 0, Map.of(), by);
        }
    }

    /** A roll back has undone a batch: what these outputs have published of it is to be taken back. */
    record Retract(long time, List<String> outputs) implements JournalRecord {
        @Override
        public List<?> fields() {
            return List.of("retract", time, outputs);
        }

        @Override
        public void applyTo(CheckpointImage image) {
            image.apply(this);
        }
    }

    /** An output has taken back a batch that it had published. */
    record Retracted(long time, String output) implements JournalRecord {
        @Override
        public List<?> fields() {
            return List.of("retracted", time, output);
        }

        @Override
        public void applyTo(CheckpointImage image) {
            image.apply(this);
        }
    }

    /** The kind, and what it says. */
    List<?> fields();

    /** Each kind does it itself, so that the compiler finds one that is forgotten. */
    void applyTo(CheckpointImage image);

    default byte[] encode() {
        return CODEC.encode(fields(), room());
    }

    /** About how many bytes it has when it is encoded. */
    default int room() {
        return 256;
    }

    private static List<Object> withIdentity(CheckpointIdentity by, Object... fields) {
        List<Object> all = new ArrayList<>(List.of(fields));
        all.addAll(List.of(by.checkpointId().toString(), by.epoch(), by.runId().toString()));
        return all;
    }
}
