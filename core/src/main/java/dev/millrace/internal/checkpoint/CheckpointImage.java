/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.internal.codec.ValueCodec;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What journal records add up to: the entries of every step and input, and the batches that are under way. With a last batch
 * it is what was when that one had been decided; of the records behind that only plans count, which are the batches to run
 * again, and what was published, which is to be taken back before that.
 */
final class CheckpointImage implements JournalRecord.Visitor {
    /** Inputs and steps have names of their own, so their entries are kept apart. */
    static final String INPUT = "input/";

    static final String STEP = "step/";

    /** What was dropped; of an input with a log, how far that was. */
    static final String DROPPED = "dropped/";

    /** The programs that have owned the checkpoint. */
    static final String RUNS = "runs";

    /** The batches that were skipped. */
    static final String SKIPPED = "skipped";

    private static final String NEXT_BLOCK = "next";

    JournalRecord.@Nullable Start start;
    long lastDecided = Long.MIN_VALUE;
    long lastPlanned = Long.MIN_VALUE;
    long decided; // how many batches, from the very first on
    final Map<String, KeyedEntries> entries = new LinkedHashMap<>();
    final NavigableMap<Long, JournalRecord.Plan> planned = new TreeMap<>();
    final NavigableMap<Long, JournalRecord.Decided> unpublished = new TreeMap<>();
    final NavigableMap<Long, Set<String>> toRetract = new TreeMap<>();
    private final NavigableMap<Long, LaterBatch> later = new TreeMap<>(); // than what is asked for
    final Map<Long, Set<String>> done = new HashMap<>();
    private final Map<String, Set<Long>> droppedLater = new HashMap<>(); // batches planned when an input was dropped
    private final long until;
    private boolean past;

    /** How many files folding has written between. */
    int parts;

    CheckpointImage() {
        this(Long.MAX_VALUE);
    }

    /** @param until decisions of later batches are left out, so those batches are under way */
    CheckpointImage(long until) {
        this.until = until;
    }

    /** Returns whether all that comes is later than what is asked for. */
    boolean isPast() {
        return past;
    }

    void apply(JournalRecord record) {
        record.accept(this);
    }

    @Override
    public void visit(JournalRecord.Start first) {
        if (!past) {
            start = first;
        }
    }

    @Override
    public void visit(JournalRecord.Plan plan) {
        if (plan.time() > lastDecided) {
            plan.slices().keySet().forEach(this::beginAnew);
            planned.put(plan.time(), plan); // a new journal file repeats plans that are under way
            lastPlanned = Math.max(lastPlanned, plan.time());
        }
    }

    @Override
    public void visit(JournalRecord.Begins begins) {
        beginAnew(begins.input());
        entries(INPUT + begins.input()).apply(begins.position()); // also if it is past: slices to come do not repeat it
    }

    @Override
    public void visit(JournalRecord.Done one) {
        if (one.time() > until) { // it runs again as a whole
            later(one.time()).done(one.output());
        } else if (!past) {
            done.computeIfAbsent(one.time(), time -> new HashSet<>()).add(one.output());
        }
    }

    @Override
    public void visit(JournalRecord.Changed changed) { // of a batch that is decided next
        if (!past && changed.time() <= until) {
            entries(STEP + changed.step()).apply(changed.block());
        }
    }

    @Override
    public void visit(JournalRecord.Decided decided) {
        if (decided.time() > until) {
            past = true;
            later(decided.time()).decided(decided);
            retract(decided.time(), decided.staged().keySet());
        } else if (!past) {
            decide(decided);
        }
    }

    @Override
    public void visit(JournalRecord.Skip skip) {
        if (skip.time() > until) {
            past = true;
            later(skip.time()).skipped(skip);
        } else if (!past) {
            skip(skip);
        }
    }

    @Override
    public void visit(JournalRecord.Upgrade upgrade) { // of a start whose last record is there
        if (!past) {
            entries(STEP + upgrade.step()).apply(upgrade.block());
        }
    }

    @Override
    public void visit(JournalRecord.Drop drop) {
        if (!past) {
            drop(drop);
        } else if (drop.entries().startsWith(INPUT)) {
            droppedLater.put(drop.name(), Set.copyOf(planned.keySet()));
        }
    }

    @Override
    public void visit(JournalRecord.Run run) {
        entries(RUNS).apply(KnownRuns.block(run.epoch(), run.id())); // a roll back does not undo that they ran
    }

    @Override
    public void visit(JournalRecord.Commit commit) {
        if (!past) {
            unpublished.remove(commit.time());
        }
    }

    @Override
    public void visit(JournalRecord.Retract retract) {
        retract(retract.time(), Set.copyOf(retract.outputs()));
    }

    @Override
    public void visit(JournalRecord.Retracted retracted) {
        toRetract.computeIfPresent(retracted.time(), (time, outputs) -> {
            outputs.remove(retracted.output());
            return outputs.isEmpty() ? null : outputs;
        });
    }

    /**
     * If what an earlier input of the same name had was dropped after all that is asked for, that does not count for the new
     * one: the batches of the earlier one run again, and move no position of this one.
     */
    private void beginAnew(String input) {
        Set<Long> before = droppedLater.remove(input);
        if (before != null) {
            entries.remove(INPUT + input);
            planned.replaceAll((time, plan) -> before.contains(time) ? plan.withoutPositions(input) : plan);
        }
    }

    /** A batch later than what is asked for. */
    LaterBatch later(long time) {
        return later.computeIfAbsent(time, key -> new LaterBatch());
    }

    /** The last batch, later than what is asked for, that a program of this epoch may publish; null if there is none. */
    @Nullable
    Long lastPublishedBy(long epoch) {
        return later.descendingMap().entrySet().stream()
                .filter(batch -> batch.getValue().isPublishedBy(epoch))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(null);
    }

    private void retract(long time, Set<String> outputs) {
        if (!outputs.isEmpty()) {
            toRetract.computeIfAbsent(time, key -> new TreeSet<>()).addAll(outputs);
        }
    }

    /** Returns what was published of batches that are not decided, and that no roll back is about to take back. */
    NavigableMap<Long, Set<String>> undecided(NavigableMap<Long, Set<String>> published) {
        NavigableMap<Long, Set<String>> undecided = new TreeMap<>();
        published.tailMap(lastDecided, false).forEach((time, outputs) -> {
            Set<String> unknown = new TreeSet<>(outputs);
            unknown.removeAll(toRetract.getOrDefault(time, Set.of()));
            if (!unknown.isEmpty()) {
                undecided.put(time, unknown);
            }
        });
        return undecided;
    }

    /** Has also taken back what journals that have lost their end do not tell of. */
    void retractUndecided(NavigableMap<Long, Set<String>> published) {
        undecided(published).forEach((time, outputs) -> {
            past = true;
            retract(time, outputs);
        });
    }

    void drop(JournalRecord.Drop drop) {
        entries.remove(drop.entries());
        String name = drop.name();
        KeyedEntries dropped = entries(DROPPED + name); // there from now on, so that dropping it again is no mistake
        if (drop.entries().startsWith(INPUT)) {
            planned.replaceAll((time, plan) -> plan.without(name));
            if (drop.nextBlock() >= 0) {
                dropped.apply(JournalRecord.positionBlock(Map.of(NEXT_BLOCK, drop.nextBlock())));
            }
        }
    }

    /** Inputs and steps that were dropped, each with the first block of the log that was not, or -1. */
    Map<String, Long> dropped() {
        Map<String, Long> dropped = new TreeMap<>();
        entries.forEach((name, kept) -> {
            if (name.startsWith(DROPPED)) {
                long[] next = {-1};
                kept.forEach(
                        ValueCodec.builtIn(),
                        (key, value, touched) -> next[0] = value instanceof Long block ? block : -1);
                dropped.put(name.substring(DROPPED.length()), next[0]);
            }
        });
        return dropped;
    }

    private void skip(JournalRecord.Skip skip) {
        JournalRecord.Plan plan = planned.get(skip.time());
        entries(SKIPPED)
                .apply(SkippedBatch.of(skip, plan == null ? Map.of() : plan.slices())
                        .block());
        decide(skip.decision());
    }

    private void decide(JournalRecord.Decided decided) {
        JournalRecord.Plan plan = planned.remove(decided.time());
        if (plan != null) {
            plan.slices()
                    .forEach((input, slice) ->
                            entries(INPUT + input).apply(JournalRecord.positionBlock(slice.positions())));
        }
        decided.changes().forEach((step, blocks) -> blocks.forEach(entries(STEP + step)::apply));
        if (decided.time() > lastDecided) { // a start repeats what is not published yet
            lastDecided = decided.time();
            this.decided++;
        }
        done.remove(decided.time());
        unpublished.put(decided.time(), decided.withoutChanges());
    }

    /** Returns what a new journal must say again of batches that are decided and perhaps not visible. */
    List<JournalRecord> unpublishedAgain() {
        return List.copyOf(unpublished.values());
    }

    /** Returns what is to be taken back. */
    List<JournalRecord> retractions() {
        return toRetract.entrySet().stream()
                .<JournalRecord>map(batch -> new JournalRecord.Retract(batch.getKey(), List.copyOf(batch.getValue())))
                .toList();
    }

    /** Returns how large the files are that it was made from. */
    long bytesInFiles() {
        return entries.values().stream().mapToLong(KeyedEntries::bytesInFile).sum();
    }

    /** Takes the entries whose names begin so into memory, for when the files of the snapshot may go. */
    void detach(String names) throws IOException {
        for (Map.Entry<String, KeyedEntries> kept : entries.entrySet()) {
            if (kept.getKey().startsWith(names)) {
                kept.getValue().detach();
            }
        }
    }

    KeyedEntries entries(String name) {
        return entries.computeIfAbsent(name, key -> new KeyedEntries());
    }

    /** The names of the inputs that have entries. */
    List<String> inputs() {
        return entries.entrySet().stream()
                .filter(entry ->
                        entry.getKey().startsWith(INPUT) && !entry.getValue().isEmpty())
                .map(entry -> entry.getKey().substring(INPUT.length()))
                .toList();
    }

    /** The names of the steps that have entries. */
    List<String> steps() {
        return entries.keySet().stream()
                .filter(name -> name.startsWith(STEP))
                .map(name -> name.substring(STEP.length()))
                .toList();
    }
}
