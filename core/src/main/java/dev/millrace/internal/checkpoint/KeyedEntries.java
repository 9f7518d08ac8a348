/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.internal.codec.Schemas;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.crash.CrashPoint;
import dev.millrace.internal.runs.EncodedChanges;
import dev.millrace.internal.runs.RunCopy;
import dev.millrace.internal.runs.RunCursor;
import dev.millrace.internal.runs.RunEntries;
import dev.millrace.internal.runs.RunMerge;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * The entries of one step or input, still encoded: runs, which are read whenever they are asked for, and in memory the change
 * blocks since. Each key has the number of its first arrival. Not thread safe.
 */
final class KeyedEntries {
    private static final long HELD_BYTES = 1 << 28;

    private final Schemas schemas = new Schemas();
    private List<RunFile> runs = List.of(); // newest first
    private List<RunEntries> held = List.of(); // behind the runs; each has keys of its own
    private EncodedChanges changes = new EncodedChanges();
    private long firstArrival; // of the changes

    /** Takes an entry, decoded. */
    interface Each {
        void entry(@Nullable Object key, @Nullable Object value);
    }

    /** Takes an entry as it is stored. */
    interface EachEncoded {
        void entry(byte[] key, byte[] value);
    }

    /**
     * Begins with runs, in the place of all that was there.
     *
     * @param newestFirst the runs
     * @param nextArrival the number of the first key that comes
     */
    void startFrom(List<RunFile> newestFirst, long nextArrival) {
        runs = List.copyOf(newestFirst);
        runs.forEach(run -> run.run().addSchemas(schemas));
        changes = new EncodedChanges();
        firstArrival = nextArrival;
    }

    void apply(byte[] block) {
        changes.add(block, schemas);
    }

    /** Newest first. */
    List<RunFile> runs() {
        return runs;
    }

    /** The number of the first key that comes. */
    long nextArrival() {
        return firstArrival + changes.numbers();
    }

    /** Takes everything into memory, for when the files may go. */
    void detach() {
        List<RunEntries> all = new ArrayList<>(List.of(new RunEntries()));
        try (RunCursor at = entries()) {
            while (at.next()) {
                if (all.get(all.size() - 1).bytes() > HELD_BYTES) {
                    all.add(new RunEntries());
                }
                all.get(all.size() - 1).put(key(at), at.isSorted(), false, value(at), at.arrival(), at.touched());
            }
        }
        changesAreIn(List.of());
        held = all;
    }

    /**
     * Brings what is in memory into runs, and merges those that have become many. Entries stay what they are.
     *
     * @param to writes them
     */
    void fold(NewRuns to) throws IOException {
        List<RunFile> before = runs;
        List<RunFile> folded = new ArrayList<>();
        for (FoldPlan.Part part : FoldPlan.of(sizes())) {
            RunFile whole = part.size() == 1 ? runOf(part.from()) : null;
            RunFile run = whole != null ? whole : to.write(merge(part.from(), part.to()), schemas);
            if (run != null) {
                folded.add(run);
            }
            if (part.size() > 1) {
                CrashPoint.RUNS_MERGED.reach();
            }
        }
        changesAreIn(folded);
        for (RunFile run : before) {
            if (!folded.contains(run)) {
                to.forget(run);
            }
        }
    }

    /** Brings all entries into one run, wherever they are. */
    void copy(NewRuns to) throws IOException {
        RunFile all = to.write(entries(), schemas);
        changesAreIn(all == null ? List.of() : List.of(all));
    }

    private void changesAreIn(List<RunFile> newestFirst) {
        firstArrival = nextArrival();
        changes = new EncodedChanges();
        runs = List.copyOf(newestFirst);
    }

    /** The sizes of what there is, newest first: of the changes, if there are some, and of the runs. */
    private long[] sizes() {
        LongStream inMemory = hasChanges() ? LongStream.of(changes.runBytes()) : LongStream.empty();
        return LongStream.concat(inMemory, runs.stream().mapToLong(RunFile::bytes))
                .toArray();
    }

    private boolean hasChanges() {
        return !changes.isEmpty();
    }

    /** Null if what stands at a place is in memory. */
    private @Nullable RunFile runOf(int place) {
        int run = hasChanges() ? place - 1 : place;
        return run < 0 || run >= runs.size() ? null : runs.get(run);
    }

    private int parts() {
        return (hasChanges() ? 1 : 0) + runs.size() + held.size();
    }

    private RunCursor cursor(int place) {
        int inHeld = place - (parts() - held.size());
        if (inHeld >= 0) {
            return held.get(inHeld).sorted();
        }
        RunFile run = runOf(place);
        return run == null ? changes.sorted(firstArrival) : run.run().cursor();
    }

    /** About how many bytes they have. */
    long bytes() {
        return LongStream.concat(Arrays.stream(sizes()), held.stream().mapToLong(RunEntries::content))
                .sum();
    }

    /** Has all of them as runs in files of the program, newest first; if that fails, there are none. */
    List<RunCopy> copies(RunCopy.Paths paths) throws IOException {
        List<RunCopy> copies = new ArrayList<>();
        boolean whole = false;
        try {
            for (int place = 0; place < parts(); place++) {
                RunFile run = runOf(place);
                copies.add(run == null ? RunCopy.write(cursor(place), paths.next()) : run.copy(paths.next()));
            }
            whole = true;
            return copies;
        } finally {
            if (!whole) {
                copies.forEach(RunCopy::delete);
            }
        }
    }

    /** Merges some that follow each other. */
    private RunCursor merge(int from, int to) {
        List<RunCursor> cursors = new ArrayList<>();
        for (int place = from; place < to; place++) {
            cursors.add(cursor(place));
        }
        return new RunMerge(cursors, to == parts());
    }

    /** The entries in any order. Close it if it is not read to the end. */
    RunCursor entries() {
        return merge(0, parts());
    }

    /** Gives the entries in order of arrival. It reads each where it stands, which takes long if there are many. */
    RunCursor inOrder() {
        return inOrder(OrderedEntries.MOST_PLACES);
    }

    /** @param placesInMemory how many entries are sorted together */
    RunCursor inOrder(int placesInMemory) {
        return new OrderedEntries(this::entries, this::runOf, placesInMemory);
    }

    boolean isEmpty() {
        try (RunCursor at = entries()) {
            return !at.next();
        }
    }

    /** About how much memory they take. */
    long bytesInMemory() {
        return changes.bytes();
    }

    Schemas schemas() {
        return schemas;
    }

    @Nullable
    Object decodeKey(RunCursor at, ValueCodec codec) {
        return codec.decodeKey(at.keyArray(), at.keyFrom(), at.keyTo(), schemas, at.isSorted());
    }

    @Nullable
    Object decodeValue(RunCursor at, ValueCodec codec) {
        return codec.decodeValue(at.valueArray(), at.valueFrom(), at.valueTo(), schemas);
    }

    /** The elements of a value, each decoded when it is asked for; null if it is no list. They may be decoded later, too. */
    @Nullable
    Iterator<Object> decodeElements(RunCursor at, ValueCodec codec) {
        return codec.decodeElements(at.valueArray(), at.valueFrom(), at.valueTo(), schemas);
    }

    /** Each entry, still encoded, in any order. */
    void forEachEncoded(EachEncoded each) {
        try (RunCursor at = entries()) {
            while (at.next()) {
                each.entry(key(at), value(at));
            }
        }
    }

    static byte[] key(RunCursor at) {
        return Arrays.copyOfRange(at.keyArray(), at.keyFrom(), at.keyTo());
    }

    private static byte[] value(RunCursor at) {
        return Arrays.copyOfRange(at.valueArray(), at.valueFrom(), at.valueTo());
    }

    /** Each entry in order of arrival; all of them are in memory meanwhile. */
    void forEach(ValueCodec codec, Each each) {
        record Arrived(
                long arrival,
                @Nullable Object key,
                @Nullable Object value) {}
        List<Arrived> all = new ArrayList<>();
        try (RunCursor at = entries()) {
            while (at.next()) {
                all.add(new Arrived(at.arrival(), decodeKey(at, codec), decodeValue(at, codec)));
            }
        }
        all.sort(Comparator.comparingLong(Arrived::arrival));
        all.forEach(entry -> each.entry(entry.key(), entry.value()));
    }
}
