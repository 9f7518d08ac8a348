/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.state;

import dev.millrace.error.CodecException;
import dev.millrace.internal.codec.LocalValues;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Looks keys up in a partition on disk. One that cannot be encoded has no entry there. A key whose own methods fail while it is
 * encoded fails at its turn.
 */
final class RunLookUps<K> implements LookUps<K> {
    private static final int NONE = -1;

    private final KeySearch search;
    private final LocalValues values;
    private final StateForm states;
    private int[] numbers = {};
    private @Nullable RuntimeException[] failures = {};
    private long place = ABSENT;

    RunLookUps(KeySearch search, LocalValues values, StateForm states) {
        this.search = search;
        this.values = values;
        this.states = states;
    }

    @Override
    public int most() {
        return KeySearch.MOST;
    }

    @Override
    public void readAhead(Object[] keys, int[] hashes, int count) {
        if (numbers.length < count) {
            numbers = new int[keys.length];
            failures = new RuntimeException[keys.length];
        }
        Arrays.fill(failures, 0, count, null);
        search.clear();
        for (int i = 0; i < count; i++) {
            numbers[i] = number(keys[i], i);
        }
        search.search();
    }

    private int number(Object key, int index) {
        try {
            byte[] encoded = values.encodeKey(key);
            return search.add(encoded, 0, encoded.length);
        } catch (CodecException e) {
            return NONE;
        } catch (RuntimeException e) { // of a key's own methods
            failures[index] = e;
            return NONE;
        }
    }

    @Override
    public @Nullable Object find(int index) {
        place = ABSENT;
        RuntimeException failure = failures[index];
        if (failure != null) {
            throw failure;
        }
        int number = numbers[index];
        if (number == NONE || !search.found(number)) {
            return null;
        }
        place = search.arrival(number);
        return states.held(values, search.valueArray(number), search.valueFrom(number), search.valueTo(number));
    }

    @Override
    public long place() {
        return place;
    }
}
