/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.internal.runs.RunCursor;
import dev.millrace.internal.runs.RunPlaces;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Goes through entries in order of arrival: goes through them in theirs, sorts the places where they stand, and reads each
 * there. If there are more places than may be in memory, it goes through them again for the later ones. It does not tell their positions. It holds
 * the runs open until it has come to the end, or is closed.
 */
final class OrderedEntries extends RunCursor {
    private static final int PLACE_BYTES = 128; // about
    private static final int HEAP_PART = 32;
    private static final int AHEAD = 1 << 10; // entries that are read in the order in which they stand
    private static final int AHEAD_BYTES = 1 << 22;

    /** So many take little of the heap; twice as many are in memory for a moment. */
    static final int MOST_PLACES = (int) Math.min(1 << 24, Runtime.getRuntime().maxMemory() / HEAP_PART / PLACE_BYTES);

    private final Supplier<RunCursor> entries;
    private final IntFunction<@Nullable RunFile> sources;
    private final int most;
    private final List<Place> places = new ArrayList<>();
    private final Deque<Bytes> ahead = new ArrayDeque<>(); // of the next places
    private final Map<RunFile, RunPlaces> open = new HashMap<>();
    private int next;
    private long from = Long.MIN_VALUE;
    private long until = Long.MIN_VALUE; // of these places; not more than that have come yet

    /**
     * An entry that is read later.
     *
     * @param length about how many bytes it has
     * @param bytes of the entry itself, if it is in memory
     */
    private record Place(
            long arrival,
            long touched,
            boolean sorted,
            @Nullable RunFile run,
            long at,
            int length,
            @Nullable Bytes bytes) {}

    private record Bytes(byte[] key, int keyFrom, int keyTo, byte[] value, int valueFrom, int valueTo) {
        static Bytes of(RunCursor at) {
            return new Bytes(at.keyArray(), at.keyFrom(), at.keyTo(), at.valueArray(), at.valueFrom(), at.valueTo());
        }
    }

    /**
     * @param entries gives all of them, as often as it is asked
     * @param sources the runs of their merge; null for what is in memory
     * @param most how many places are sorted together
     */
    OrderedEntries(Supplier<RunCursor> entries, IntFunction<@Nullable RunFile> sources, int most) {
        this.entries = entries;
        this.sources = sources;
        this.most = most;
    }

    @Override
    public boolean next() {
        while (next == places.size()) {
            if (until == Long.MAX_VALUE) {
                close();
                return false;
            }
            collect();
        }
        take(places.get(next++));
        return true;
    }

    private void collect() {
        places.clear();
        next = 0;
        from = until;
        until = Long.MAX_VALUE;
        try (RunCursor at = entries.get()) {
            while (at.next()) {
                if (at.arrival() >= from && at.arrival() < until) {
                    places.add(place(at));
                    if (places.size() == 2 * most) {
                        sort();
                        until = places.get(most).arrival();
                        places.subList(most, places.size()).clear();
                    }
                }
            }
        }
        sort();
    }

    private void sort() {
        places.sort(Comparator.comparingLong(Place::arrival));
    }

    private Place place(RunCursor at) {
        RunFile run = sources.apply(at.source());
        int length = at.keyTo() - at.keyFrom() + at.valueTo() - at.valueFrom();
        Bytes bytes = run == null ? Bytes.of(at) : null;
        return new Place(at.arrival(), at.touched(), at.isSorted(), run, at.place(), length, bytes);
    }

    private void take(Place place) {
        if (ahead.isEmpty()) {
            readAhead();
        }
        Bytes bytes = ahead.remove();
        arrival = place.arrival();
        touched = place.touched();
        sorted = place.sorted();
        keyArray = bytes.key();
        keyFrom = bytes.keyFrom();
        keyTo = bytes.keyTo();
        valueArray = bytes.value();
        valueFrom = bytes.valueFrom();
        valueTo = bytes.valueTo();
    }

    /** Reads some entries from the next place on, run by run, in the order in which they stand there. */
    private void readAhead() {
        int first = next - 1;
        int end = first;
        for (long bytes = 0; end < places.size() && end - first < AHEAD && bytes < AHEAD_BYTES; end++) {
            bytes += places.get(end).length();
        }
        Bytes[] read = new Bytes[end - first];
        Map<RunFile, List<Integer>> byRun = new LinkedHashMap<>();
        for (int i = 0; i < read.length; i++) {
            Place place = places.get(first + i);
            if (place.run() == null) {
                read[i] = Objects.requireNonNull(place.bytes());
            } else {
                byRun.computeIfAbsent(place.run(), run -> new ArrayList<>()).add(i);
            }
        }
        byRun.forEach((run, entries) -> {
            RunPlaces from = open.computeIfAbsent(run, file -> file.run().places());
            entries.sort(Comparator.comparingLong(i -> places.get(first + i).at()));
            entries.forEach(
                    i -> read[i] = Bytes.of(from.at(places.get(first + i).at())));
        });
        ahead.addAll(List.of(read));
    }

    @Override
    public void close() {
        open.values().forEach(RunPlaces::close);
        open.clear();
    }
}
