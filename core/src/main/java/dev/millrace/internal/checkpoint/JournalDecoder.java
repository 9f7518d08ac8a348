/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.log.CheckpointIdentity;
import dev.millrace.spi.InputSlice;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads what {@link JournalRecord#encode} has written. */
final class JournalDecoder {
    private JournalDecoder() {}

    @SuppressWarnings("unchecked")
    static JournalRecord decode(byte[] bytes) {
        List<Object> fields = (List<Object>) JournalRecord.CODEC.decode(bytes);
        if (fields == null) {
            throw new CheckpointException("a journal record is empty");
        }
        String kind = (String) fields.get(0);
        return switch (kind) {
            case "start" ->
                new JournalRecord.Start(
                        (long) fields.get(1), (long) fields.get(2), (boolean) fields.get(3), (List<String>)
                                fields.get(4));
            case "plan" -> {
                Map<String, InputSlice> slices = new LinkedHashMap<>();
                ((Map<String, List<Object>>) fields.get(2)).forEach((input, slice) -> slices.put(input, slice(slice)));
                yield new JournalRecord.Plan((long) fields.get(1), slices, (List<String>) fields.get(3));
            }
            case "begins" -> new JournalRecord.Begins((String) fields.get(1), (Map<Object, Object>) fields.get(2));
            case "done" -> new JournalRecord.Done((long) fields.get(1), (String) fields.get(2));
            case "decided" ->
                new JournalRecord.Decided(
                        (long) fields.get(1),
                        (Map<String, List<byte[]>>) fields.get(2),
                        (int) fields.get(3),
                        (Map<String, List<String>>) fields.get(4),
                        identity(fields));
            case "changed" ->
                new JournalRecord.Changed(
                        (long) fields.get(1), (int) fields.get(2), (String) fields.get(3), (byte[]) fields.get(4));
            case "upgrade" -> new JournalRecord.Upgrade((String) fields.get(1), (byte[]) fields.get(2));
            case "drop" -> new JournalRecord.Drop((String) fields.get(1), (long) fields.get(2));
            case "start-decided" -> new JournalRecord.StartDecided((int) fields.get(1));
            case "run" -> new JournalRecord.Run((long) fields.get(1), (String) fields.get(2));
            case "commit" -> new JournalRecord.Commit((long) fields.get(1));
            case "skip" ->
                new JournalRecord.Skip(
                        (long) fields.get(1), (long) fields.get(2), (String) fields.get(3), identity(fields));
            case "retract" -> new JournalRecord.Retract((long) fields.get(1), (List<String>) fields.get(2));
            case "retracted" -> new JournalRecord.Retracted((long) fields.get(1), (String) fields.get(2));
            default ->
                throw new CheckpointException("a journal record is of the unknown kind " + kind
                        + "; a newer version wrote it: use that version");
        };
    }

    /** Reads the identity of the program that decided, which is the last three fields of a decision. */
    private static CheckpointIdentity identity(List<Object> decision) {
        int first = decision.size() - 3;
        return new CheckpointIdentity(
                UUID.fromString((String) decision.get(first)), (long) decision.get(first + 1), UUID.fromString((String)
                        decision.get(first + 2)));
    }

    @SuppressWarnings("unchecked")
    private static InputSlice slice(List<Object> fields) {
        return new InputSlice((long) fields.get(0), (String) fields.get(1), (List<Object>) fields.get(2), (Map<
                        Object, @Nullable Object>)
                fields.get(3));
    }
}
