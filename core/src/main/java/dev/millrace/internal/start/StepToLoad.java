/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.start;

import dev.millrace.error.CheckpointException;
import dev.millrace.error.CodecException;
import dev.millrace.internal.engine.ExecutionEngine;
import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.UpgradePlan.Item;
import dev.millrace.streaming.UpgradePlan.Outcome;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;

/** A state or a window of the program that goes on with what the checkpoint has stored of it. Reading it changes nothing, and can be done again. */
abstract class StepToLoad {
    private final String kind;
    private final String name;
    private final List<String> changes;

    /** @param changes of its types, in words */
    StepToLoad(String kind, String name, List<String> changes) {
        this.kind = kind;
        this.name = name;
        this.changes = List.copyOf(changes);
    }

    /**
     * Gives what is stored to an engine; it is decoded on the way.
     *
     * @param before the time just before the first batch
     */
    abstract void load(ExecutionEngine engine, BatchTime before);

    /** Reads what is stored to its end; returns how much that was, in words. */
    abstract String read();

    /** Reads what is stored, and tells of it, or why it cannot be read. */
    final void describe(StartPlan.Description all) {
        try {
            List<String> details = new ArrayList<>(List.of(read()));
            details.addAll(changes);
            all.items().add(new Item(changes.isEmpty() ? Outcome.KEPT : Outcome.MIGRATED, kind, name, details));
        } catch (CodecException | CheckpointException e) {
            if (e.getCause() instanceof NoSuchFileException) {
                throw e; // a program that runs has deleted the file, and there are others in its place
            }
            all.items().add(new Item(Outcome.REFUSED, kind, name, List.of()));
            all.problems().add(refusal(kind, name, e));
        }
    }

    /** The reason why what is stored of a step cannot be read. */
    static String refusal(String kind, String name, RuntimeException reason) {
        String message = String.valueOf(reason.getMessage());
        return reason instanceof CheckpointException ? message : "the " + kind + " " + name + ": " + message;
    }
}
