/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.error.CheckpointException;
import dev.millrace.internal.owner.Revocation;
import dev.millrace.internal.threads.Threads;
import dev.millrace.spi.FileStore;
import dev.millrace.spi.InputSlice;
import dev.millrace.streaming.BatchTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Passes by a batch that can never run: it is decided as one that had no input, by a record in a journal of its own. The
 * batches behind it, and what an earlier roll back wants to be taken back, stay as they are.
 */
public final class Skip {
    private final JournalRecord.Plan plan;
    private final List<String> steps;
    private final Set<String> done;
    private final List<BatchTime> again;

    private Skip(JournalRecord.Plan plan, CheckpointContents contents) {
        this.plan = plan;
        steps = List.copyOf(new TreeSet<>(contents.steps()));
        done = new TreeSet<>(contents.done(plan.time()));
        again = new ArrayList<>(contents.plans().keySet());
        again.remove(new BatchTime(plan.time()));
    }

    /**
     * Returns what would be. Nothing is locked or written.
     *
     * @throws CheckpointException if {@code batch} is not the first that is planned and not decided
     */
    public static Skip plan(FileStore store, BatchTime batch) {
        return of(store, Reading.tell(store, contents -> contents), batch); // asks for no entry of a state
    }

    /** Gives what is copied of the log of received data, for what a batch takes. */
    public interface Log {
        KeptInput.Blocks blocks(Map<String, InputSlice> slices) throws IOException;
    }

    /**
     * Takes the checkpoint, which there must be, for this process, keeps the batch's input, and decides the batch.
     *
     * @param at the time now, in milliseconds
     * @param reason why, in words; may be empty
     * @throws CheckpointException if a program uses it, or {@code batch} is not the first that is planned and not decided
     */
    public static Skip carryOut(FileStore store, BatchTime batch, long at, String reason, Log log) {
        Checkpoint.Keeping all = new Checkpoint.Keeping(Long.MAX_VALUE, Integer.MAX_VALUE);
        try (Checkpoint checkpoint =
                Checkpoint.open(store, all, false, "stop it first", new Revocation("skip"), Threads.OWN)) {
            try {
                CheckpointContents contents = checkpoint.contents();
                Skip skip = of(store, contents, batch);
                KeptInput.keep(store, checkpoint.epoch(), contents, skip.plan, log.blocks(skip.slices()));
                checkpoint.begin(contents.zero(), contents.interval(), contents.derivedNames(), contents.shape());
                checkpoint.skip(skip.plan.time(), at, reason);
                return skip;
            } catch (IOException | RuntimeException e) {
                checkpoint.checkAfter(e);
                throw e;
            }
        } catch (IOException e) {
            throw failed(store, batch, e);
        } catch (UncheckedIOException e) {
            throw failed(store, batch, Objects.requireNonNull(e.getCause()));
        }
    }

    private static CheckpointException failed(FileStore store, BatchTime batch, IOException e) {
        return new CheckpointException(
                "batch " + batch + " of the checkpoint " + store.location() + " cannot be skipped: " + e
                        + "; check the path, its rights and the free space",
                e);
    }

    private static Skip of(FileStore store, CheckpointContents contents, BatchTime batch) {
        JournalRecord.Plan first = contents.firstPlan();
        if (first == null || first.time() != batch.milliseconds()) {
            throw refused(store, contents, batch, first);
        }
        return new Skip(first, contents);
    }

    private static CheckpointException refused(
            FileStore store, CheckpointContents contents, BatchTime batch, JournalRecord.@Nullable Plan first) {
        BatchTime last = contents.lastDecided();
        String found = contents.skipped().containsKey(batch)
                ? "was skipped already"
                : last != null && !batch.isAfter(last)
                        ? "is complete, or older than the last complete batch " + last
                        : contents.plans().containsKey(batch)
                                ? "is not the next to run"
                                : "is not planned, so it has no input to pass by";
        String change = first == null
                ? "no batch is planned and undecided: start the program"
                : "batches are decided in order, and the next to run is " + new BatchTime(first.time())
                        + ": name that one, or start the program, which runs it";
        return new CheckpointException("the checkpoint " + store.location() + " cannot skip batch " + batch + ", which "
                + found + "; " + change);
    }

    /** Returns what the batch would have taken, by input. */
    public Map<String, InputSlice> slices() {
        return plan.slices();
    }

    /** The names of the states and windows that the batch does not change. */
    public List<String> steps() {
        return steps;
    }

    /** The names of the outputs that do not get the batch. */
    public List<String> outputs() {
        return plan.outputs().stream().filter(output -> !done.contains(output)).toList();
    }

    /** The outputs without exactly-once delivery that had run before the batch failed. */
    public Set<String> done() {
        return done;
    }

    /** The batches that are planned behind it, in order; the next start runs them. */
    public List<BatchTime> again() {
        return again;
    }
}
