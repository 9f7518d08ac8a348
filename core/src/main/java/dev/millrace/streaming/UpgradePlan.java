/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import java.util.List;
import java.util.Locale;

/**
 * Says for each part of a checkpoint what a program that starts on it does with it. A start follows it, and {@link #of}
 * gives it without starting.
 *
 * @param directory the checkpoint
 * @param items one for each input, state, window and staged output of the program, then of the checkpoint alone
 * @param notes what else is worth knowing
 * @param problems why the program does not start, each with the line to write; empty if it does
 */
public record UpgradePlan(String directory, List<Item> items, List<String> notes, List<String> problems) {

    /** The ways in which a start treats an item. */
    public enum Outcome {
        /** The program takes over what is stored, as it is. */
        KEPT,
        /** The program takes over what is stored, and other types are brought into the shape of today. */
        MIGRATED,
        /** The checkpoint knows nothing of it. */
        NEW,
        /** An output that the program has no more, and that has nothing left to publish. */
        REMOVED,
        /** Stored data that the program has no place for, and is told to drop. */
        DROPPED,
        /** Stored data that the program has no place for: it does not start. */
        ORPHANED,
        /** Stored data that the program cannot take over: it does not start. */
        REFUSED
    }

    /**
     * An input, state, window or output.
     *
     * @param kind which of these it is, such as {@code state}
     * @param details what is stored, then each change
     */
    public record Item(Outcome outcome, String kind, String name, List<String> details) {}

    /**
     * Rehearses a start of a program on its checkpoint: nothing is locked or written, and the
     * context can be started afterwards. Another program may be using the directory meanwhile.
     *
     * @param program a context, with its streams and outputs, that is not started
     * @throws IllegalStateException if no checkpoint directory is set
     * @throws dev.millrace.error.InvalidProgramException if the program could not be started anywhere
     * @throws dev.millrace.error.CheckpointException if the directory is damaged
     */
    public static UpgradePlan of(StreamingContext program) {
        return program.driver().upgradePlan();
    }

    /** Returns whether the program starts. */
    public boolean starts() {
        return problems.isEmpty();
    }

    /** The message with which the start is refused. */
    public String refusal() {
        return "This program cannot start on the checkpoint " + directory + ":\n  - " + String.join("\n  - ", problems);
    }

    /** All of it, in lines for people. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("checkpoint " + directory + "\n");
        notes.forEach(note -> text.append(note).append('\n'));
        int kinds = items.stream().mapToInt(item -> item.kind().length()).max().orElse(0);
        int names = items.stream().mapToInt(item -> item.name().length()).max().orElse(0);
        String format = "  %-8s  %-" + Math.max(1, kinds) + "s  %-" + Math.max(1, names) + "s  %s";
        for (Item item : items) {
            String outcome = item.outcome().name().toLowerCase(Locale.ROOT);
            String line = String.format(
                    Locale.ROOT, format, outcome, item.kind(), item.name(), String.join("; ", item.details()));
            text.append(line.stripTrailing()).append('\n');
        }
        return text.append(starts() ? "The program would start." : refusal())
                .append('\n')
                .toString();
    }
}
