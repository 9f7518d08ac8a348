/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The policy alone, by sizes. */
class RunLevelsTest {
    private static final double LIVE = 100e9;

    /** The keys that a run has, as a part of all: those of two that are merged are spread evenly and not depending on each other. */
    private final List<Double> newestFirst = new ArrayList<>(List.of(1.0));

    private double written;

    /** Uniform updates of a state of 100 GB, ten times its size, folded at a number of bytes. */
    @ParameterizedTest
    @ValueSource(doubles = {4e6, 64e6, 1e9})
    void shouldWriteEachChangeLessThanTenTimes(double folding) {
        double changed = 0;
        double mostBytes = 0;
        double mostWhileMerging = 0;
        int mostRuns = 0;
        while (changed < 10 * LIVE) {
            changed += folding;
            double part = 1 - Math.exp(-folding / LIVE);
            newestFirst.add(0, part);
            written += part * LIVE;
            for (RunLevels.Range range = next(); range != null; range = next()) {
                mostWhileMerging = Math.max(mostWhileMerging, bytes() + merge(range) * LIVE);
            }
            mostBytes = Math.max(mostBytes, bytes());
            mostRuns = Math.max(mostRuns, newestFirst.size());
        }
        System.out.printf(
                Locale.ROOT,
                "100 GB folded at %.0f MB: %.2f bytes written for a byte of changes, at most %d runs of %.2f times the"
                        + " live bytes, %.2f with the run that is being made%n",
                folding / 1e6,
                written / changed,
                mostRuns,
                mostBytes / LIVE,
                mostWhileMerging / LIVE);
        assertThat(written / changed).isLessThan(8);
        assertThat(mostBytes / LIVE).isLessThan(1.6);
        assertThat(mostRuns).isLessThan(40);
    }

    private RunLevels.Range next() {
        return RunLevels.next(
                newestFirst.stream().mapToLong(part -> (long) (part * LIVE)).toArray());
    }

    private double merge(RunLevels.Range range) {
        List<Double> merged = newestFirst.subList(range.from(), range.to());
        double left = merged.stream().mapToDouble(part -> 1 - part).reduce(1, (one, other) -> one * other);
        merged.clear();
        newestFirst.add(range.from(), 1 - left);
        written += (1 - left) * LIVE;
        return 1 - left;
    }

    private double bytes() {
        return LIVE * newestFirst.stream().mapToDouble(part -> part).sum();
    }

    @Test
    void shouldLeaveOneRunAlone() {
        assertThat(RunLevels.next(new long[] {})).isNull();
        assertThat(RunLevels.next(new long[] {1000})).isNull();
    }

    @Test
    void shouldMakeOneOfAllWhenTheNewerHaveHalfOfTheOldest() {
        assertThat(RunLevels.next(new long[] {100, 399, 1000})).isNull();
        assertThat(RunLevels.next(new long[] {100, 400, 1000})).isEqualTo(new RunLevels.Range(0, 3));
    }

    @Test
    void shouldMergeEightOfALevelWithThoseThatAreNewer() {
        assertThat(RunLevels.next(new long[] {10, 70, 70, 70, 70, 70, 70, 70, 1000, 1_000_000}))
                .isNull();
        assertThat(RunLevels.next(new long[] {10, 70, 70, 70, 70, 70, 70, 70, 70, 1000, 1_000_000}))
                .isEqualTo(new RunLevels.Range(0, 9));
    }

    /** Else it would stay for ever, and so would all that are as small. */
    @Test
    void shouldCountASmallRunBehindALargeOneAsLarge() {
        assertThat(RunLevels.next(new long[] {1000, 10, 1000, 10, 1000, 10, 1000, 10, 1_000_000}))
                .isEqualTo(new RunLevels.Range(0, 8));
    }
}
