/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.internal.changes.ChangeBlock;
import dev.millrace.streaming.BatchTime;
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
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The sum of journal records: the entries of every step and input, and the batches that are under way. With a last batch it is the
 * image of the moment in which that one had been decided. Of the records behind that only plans count, which are the batches to run
 * again, and publications, which are to be taken back before that. What a start has changed between that batch and the next one is part of
 * the image, unless it is one to go back to.
 */
final class CheckpointImage {
    /** Inputs and steps have names of their own, so their entries are kept apart. */
    static final String INPUT = "input/";

    static final String STEP = "step/";

    /** The entries of accumulators, which are no step, but change with a batch as steps do. */
    private static String nameOf(String step) {
        return step.equals(CheckpointContents.ACCUMULATORS) ? step : STEP + step;
    }

    long snapshot; // the number of the one that it was made from, or 0
    JournalRecord.@Nullable Start start;
    long lastDecided = Long.MIN_VALUE;
    long lastPlanned = Long.MIN_VALUE;
    long decided; // how many batches, from the very first on
    final KnownProgramRuns programRuns = new KnownProgramRuns(); // a roll back undoes none of them
    final Map<String, Long> dropped =
            new TreeMap<>(); // inputs and steps, each with the first block of the log that is not, or -1
    final NavigableMap<BatchTime, SkippedBatch> skipped = new TreeMap<>();
    final Map<String, KeyedEntries> entries = new LinkedHashMap<>();
    final NavigableMap<Long, JournalRecord.Plan> planned = new TreeMap<>();
    final NavigableMap<Long, JournalRecord.Decided> unpublished = new TreeMap<>();
    final NavigableMap<Long, Set<String>> toRetract = new TreeMap<>();
    private final NavigableMap<Long, LaterBatch> later = new TreeMap<>(); // than the last batch of the image
    final Map<Long, Set<String>> done = new HashMap<>();
    private final Map<String, Set<Long>> droppedLater = new HashMap<>(); // batches planned when an input was dropped
    private final long until;
    private final boolean withStarts;
    private boolean past;
    private boolean startLeftOut;

    CheckpointImage() {
        this(Long.MAX_VALUE, true);
    }

    /**
     * @param until decisions of later batches are left out, so those batches are under way
     * @param withStarts whether what starts have changed behind that batch, and before the next one, is part of the image
     */
    CheckpointImage(long until, boolean withStarts) {
        this.until = until;
        this.withStarts = withStarts;
    }

    /** Returns whether something was left out that is later than the last batch of the image. */
    boolean isPast() {
        return past || startLeftOut;
    }

    void apply(JournalRecord.Start first) {
        if (!past && (withStarts || lastDecided < until)) {
            start = first;
        }
    }

    void apply(JournalRecord.Plan plan) {
        if (plan.time() > lastDecided) {
            plan.slices().keySet().forEach(this::beginAnew);
            planned.put(plan.time(), plan); // a new journal file repeats plans that are under way
            lastPlanned = Math.max(lastPlanned, plan.time());
        }
    }

    void apply(JournalRecord.Begins begins) {
        beginAnew(begins.input());
        move(begins.input(), begins.position()); // also if it is past: slices to come do not repeat it
    }

    void apply(JournalRecord.Done one) {
        if (one.time() > until) { // it runs again as a whole
            later(one.time()).done(one.output());
        } else if (!past) {
            done.computeIfAbsent(one.time(), time -> new HashSet<>()).add(one.output());
        }
    }

    void apply(JournalRecord.Changed changed) { // of a batch that is decided next
        if (!past && changed.time() <= until) {
            entries(nameOf(changed.step())).apply(changed.block());
        }
    }

    void apply(JournalRecord.Decided decided) {
        if (decided.time() > until) {
            past = true;
            later(decided.time()).decided(decided);
            retract(decided.time(), decided.staged().keySet());
        } else if (!past) {
            decide(decided);
        }
    }

    void apply(JournalRecord.Skip skip) {
        if (skip.time() > until) {
            past = true;
            later(skip.time()).skipped(skip);
        } else if (!past) {
            skip(skip);
        }
    }

    void apply(JournalRecord.Upgrade upgrade) { // of a start that is decided next
        if (!withStarts && lastDecided == until) {
            startLeftOut = true;
        } else if (!past) {
            entries(STEP + upgrade.step()).apply(upgrade.block());
        }
    }

    void apply(JournalRecord.Drop drop) {
        startLeftOut |= !withStarts && lastDecided == until;
        if (!isPast()) {
            drop(drop);
        } else if (drop.entries().startsWith(INPUT)) {
            droppedLater.put(drop.name(), Set.copyOf(planned.keySet()));
        }
    }

    void apply(JournalRecord.Run run) {
        programRuns.add(run.epoch(), UUID.fromString(run.id()));
    }

    void apply(JournalRecord.Commit commit) {
        if (!past) {
            unpublished.remove(commit.time());
        }
    }

    void apply(JournalRecord.Retract retract) {
        retract(retract.time(), Set.copyOf(retract.outputs()));
    }

    void apply(JournalRecord.Retracted retracted) {
        toRetract.computeIfPresent(retracted.time(), (time, outputs) -> {
            outputs.remove(retracted.output());
            return outputs.isEmpty() ? null : outputs;
        });
    }

    /**
     * An input may have been dropped after the last batch of the image, and another one begun under its name. The dropped entries are not
     * those of the new input: the batches of the dropped one run again, and move no position of the new one.
     */
    private void beginAnew(String input) {
        Set<Long> before = droppedLater.remove(input);
        if (before != null) {
            entries.remove(INPUT + input);
            planned.replaceAll((time, plan) -> before.contains(time) ? plan.withoutPositions(input) : plan);
        }
    }

    /** A batch later than the last one of the image. */
    LaterBatch later(long time) {
        return later.computeIfAbsent(time, key -> new LaterBatch());
    }

    /** The last batch, later than those of the image, that a program of this epoch may publish; null if there is none. */
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
        dropped.merge(name, drop.nextBlock(), (before, now) -> now >= 0 ? now : before);
        if (drop.entries().startsWith(INPUT)) {
            planned.replaceAll((time, plan) -> plan.without(name));
        }
    }

    private void skip(JournalRecord.Skip skip) {
        JournalRecord.Plan plan = planned.get(skip.time());
        skipped.put(new BatchTime(skip.time()), SkippedBatch.of(skip, plan == null ? Map.of() : plan.slices()));
        decide(skip.decision());
    }

    private void decide(JournalRecord.Decided decided) {
        JournalRecord.Plan plan = planned.remove(decided.time());
        if (plan != null) {
            plan.slices().forEach((input, slice) -> move(input, slice.positions()));
        }
        decided.changes().forEach((step, blocks) -> blocks.forEach(entries(nameOf(step))::apply));
        if (decided.time() > lastDecided) { // a start repeats what is not published yet
            lastDecided = decided.time();
            this.decided++;
        }
        done.remove(decided.time());
        unpublished.put(decided.time(), decided.withoutChanges());
    }

    /** Moves the position of an input: entries are put, and removed where the value is null. */
    private void move(String input, Map<Object, ? extends @Nullable Object> positions) {
        ChangeBlock block = new ChangeBlock(JournalRecord.CODEC);
        positions.forEach((key, value) -> {
            if (value == null) {
                block.remove(key);
            } else {
                block.put(key, value);
            }
        });
        entries(INPUT + input).apply(block.toBytes());
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

    /** Reads all runs to their ends, so that damage is known before anything relies on them. */
    void checkRuns() throws IOException {
        for (KeyedEntries kept : entries.values()) {
            for (RunFile run : kept.runs()) {
                run.check();
            }
        }
    }

    /** Takes entries into memory, by their names, for when the files of the snapshot may go. */
    void detach(Predicate<String> names) {
        for (Map.Entry<String, KeyedEntries> kept : entries.entrySet()) {
            if (names.test(kept.getKey())) {
                kept.getValue().detach();
            }
        }
    }

    KeyedEntries entries(String name) {
        return entries.computeIfAbsent(name, key -> new KeyedEntries());
    }
}
