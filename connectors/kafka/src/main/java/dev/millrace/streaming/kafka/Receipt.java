/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import dev.millrace.spi.OutputBatch;
import dev.millrace.spi.OutputPart;
import dev.millrace.streaming.BatchTime;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a writer says in the transaction of its rows: a record of the receipts' topic, of text that people can read. Its key is {@code
 * CHECKPOINT/TOPIC/WRITER/SLOT/OUTPUT}, so that compaction keeps the last receipts of each writer.
 *
 * @param number of the receipt among those of its writer, from 0
 * @param topic of the rows
 * @param writer the number of the writer
 * @param part the part of a batch; of the first receipt a batch of the time -1
 * @param rows how many rows of the part are in the topic
 */
record Receipt(long number, String topic, int writer, OutputPart part, long rows, State state) {
    static final long SLOTS = 100; // of each writer
    private static final int KEY_FIELDS = 5;

    /** How far the part is. */
    enum State {
        /** The writer has not written anything. */
        BEGUN,
        /** Rows are in the topic, and not yet all. */
        PARTIAL,
        DONE,
        TAKEN_BACK
    }

    static Receipt begun(OutputBatch run, String topic, int writer) {
        return new Receipt(0, topic, writer, OutputPart.whole(run), 0, State.BEGUN);
    }

    Receipt takenBack() {
        return new Receipt(number, topic, writer, part, rows, State.TAKEN_BACK);
    }

    /** Returns whether readers see rows of it. */
    boolean isSeen() {
        return state == State.DONE || state == State.PARTIAL;
    }

    /** Returns whether it is of this part, whichever program has written it. */
    boolean isOf(OutputPart other) {
        OutputBatch batch = part.batch();
        return part.number() == other.number()
                && part.of() == other.of()
                && batch.time().equals(other.batch().time())
                && batch.runId().equals(other.batch().runId());
    }

    private long slot() {
        return part.batch().epoch() == 0 ? 0 : number % SLOTS; // a run without a checkpoint leaves one receipt
    }

    byte[] key() {
        OutputBatch batch = part.batch();
        return bytes(batch.checkpointId() + "/" + topic + "/" + writer + "/" + slot() + "/" + batch.outputName());
    }

    byte[] value() {
        OutputBatch batch = part.batch();
        return bytes("number=" + number + " batch=" + batch.time().milliseconds() + " epoch=" + batch.epoch() + " run="
                + batch.runId() + " part=" + part.number() + "/" + part.of() + " rows=" + rows + " state=" + state);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Reads a record of the topic; null if it is no receipt. */
    static @Nullable Receipt of(byte @Nullable [] key, byte @Nullable [] value) {
        if (key == null || value == null) {
            return null;
        }
        try {
            String[] place = new String(key, StandardCharsets.UTF_8).split("/", KEY_FIELDS);
            Map<String, String> fields = new HashMap<>();
            for (String field : new String(value, StandardCharsets.UTF_8).split(" ")) {
                fields.put(field.substring(0, field.indexOf('=')), field.substring(field.indexOf('=') + 1));
            }
            return of(place, fields);
        } catch (RuntimeException e) { // of a number, an id, an index: somebody else's record
            return null;
        }
    }

    private static Receipt of(String[] place, Map<String, String> fields) {
        String[] part = field(fields, "part").split("/");
        OutputBatch batch = new OutputBatch(
                new BatchTime(Long.parseLong(field(fields, "batch"))),
                place[4],
                UUID.fromString(place[0]),
                Long.parseLong(field(fields, "epoch")),
                UUID.fromString(field(fields, "run")));
        return new Receipt(
                Long.parseLong(field(fields, "number")),
                place[1],
                Integer.parseInt(place[2]),
                new OutputPart(batch, Integer.parseInt(part[0]), Integer.parseInt(part[1])),
                Long.parseLong(field(fields, "rows")),
                State.valueOf(field(fields, "state")));
    }

    private static String field(Map<String, String> fields, String name) {
        return Objects.requireNonNull(fields.get(name));
    }
}
