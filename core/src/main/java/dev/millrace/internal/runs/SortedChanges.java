/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runs;

import dev.millrace.internal.changes.ChangeBlock.Change;
import java.util.Comparator;
import java.util.stream.IntStream;

/** The keys of {@link EncodedChanges} in the order of a run, each with what its changes add up to by the rules of {@link RunMerge}. One thread. */
final class SortedChanges extends EncodedChange {
    private static final int AHEAD = 256;

    private final EncodedChanges changes;
    private final ChangeParts parts;
    private final EncodedChange older;
    private int next; // places in their order
    private int inOrderTo; // before it changes that are alike are in the order of their whole keys

    // Where the changes at places from aheadFrom to aheadTo stand.
    private final int[] partsAhead = new int[AHEAD];
    private final int[] keyStartsAhead = new int[AHEAD];
    private int aheadFrom;
    private int aheadTo;

    @SuppressWarnings("unused") // written, so that reading ahead is not optimised away
    private int readAhead;

    /** @param changes which are sorted by the upper bits of positions */
    SortedChanges(EncodedChanges changes, long firstArrival) {
        super(changes.parts(), firstArrival);
        this.changes = changes;
        parts = changes.parts();
        older = new EncodedChange(parts, firstArrival);
    }

    @Override
    public boolean next() {
        int from = next;
        if (from == changes.end()) {
            return false;
        }
        next = from < inOrderTo ? endOfKey(from, inOrderTo) : endOfAlike(from);
        if (!addUp(from, next)) {
            inOrderTo = next;
            sortAlike(from, inOrderTo);
            next = endOfKey(from, inOrderTo);
            addUp(from, next);
        }
        position = RunOrder.position(keyArray, keyFrom, keyTo);
        return true;
    }

    private int endOfAlike(int from) {
        int to = from + 1;
        while (to < changes.end() && changes.isAlike(from, to)) {
            to++;
        }
        return to;
    }

    /** Becomes what some changes add up to; false if they have different keys. */
    private boolean addUp(int from, int to) {
        if (to - from > AHEAD) {
            return addUpMany(from, to);
        }
        if (to > aheadTo) {
            readAhead(from);
        }
        int at = to - 1 - aheadFrom;
        comeTo(partsAhead[at], keyStartsAhead[at]);
        while (--at >= from - aheadFrom) {
            if (!hasKeyAt(partsAhead[at], keyStartsAhead[at])) {
                return false;
            }
            if (change == Change.PUT) {
                putOver(partsAhead[at], keyStartsAhead[at]);
            } else {
                older.comeTo(partsAhead[at], keyStartsAhead[at]);
                addOlder(older);
            }
        }
        return true;
    }

    private boolean addUpMany(int from, int to) {
        comeTo(changes.address(to - 1));
        for (int i = to - 2; i >= from; i--) {
            older.comeTo(changes.address(i));
            if (!hasBytesOfKeyOf(older)) {
                return false;
            }
            over(older);
        }
        return true;
    }

    private int endOfKey(int from, int most) {
        comeTo(changes.address(from));
        for (int to = from + 1; to < most; to++) {
            older.comeTo(changes.address(to));
            if (!hasBytesOfKeyOf(older)) {
                return to;
            }
        }
        return most;
    }

    /** Few keys share the upper bits of their positions, unless somebody has made them for it. */
    private void sortAlike(int from, int to) {
        EncodedChange other = older;
        Comparator<Long> byKey = (one, two) -> {
            comeTo(one);
            position = RunOrder.position(keyArray, keyFrom, keyTo);
            other.comeTo(two);
            other.position = RunOrder.position(other.keyArray, other.keyFrom, other.keyTo);
            return compare(other);
        };
        changes.reorder(
                from,
                IntStream.range(from, to)
                        .mapToObj(changes::address)
                        .sorted(byKey.thenComparing(Comparator.naturalOrder()))
                        .mapToLong(Long::longValue)
                        .toArray());
        aheadTo = 0; // these stand elsewhere now
    }

    /** Finds the next changes, and reads a byte of each. They stand in no order: as no read depends on another, the processor waits for many at once. */
    private void readAhead(int from) {
        aheadFrom = from;
        aheadTo = Math.min(from + AHEAD, changes.end());
        for (int i = from; i < aheadTo; i++) {
            long address = changes.address(i);
            int part = parts.of(address);
            partsAhead[i - from] = part;
            keyStartsAhead[i - from] = parts.at(part, address);
        }
        int seen = 0;
        for (int i = 0; i < aheadTo - from; i++) {
            seen += parts.block(partsAhead[i])[keyStartsAhead[i]];
        }
        readAhead = seen;
    }
}
