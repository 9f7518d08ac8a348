/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.state;

import dev.millrace.internal.runs.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The runs of a partition at one moment, the newest first, and behind them those that it shares with others, as long as they are not split.
 * A reader holds the version, so that the files stay. Safe for several threads.
 */
final class RunVersion {
    private final List<StateRun> newestFirst;
    private final @Nullable SharedRuns shared;
    private int holders = 1;

    private RunVersion(List<StateRun> newestFirst, @Nullable SharedRuns shared) {
        this.newestFirst = newestFirst;
        this.shared = shared;
        newestFirst.forEach(StateRun::hold);
        if (shared != null) {
            shared.hold();
        }
    }

    /** One without runs of its own. */
    static RunVersion over(@Nullable SharedRuns shared) {
        return new RunVersion(List.of(), shared);
    }

    /** Null if there are none. */
    @Nullable
    SharedRuns shared() {
        return shared;
    }

    List<StateRun> newestFirst() {
        return newestFirst;
    }

    /** All, in which keys of the partition are looked up. */
    List<Run> runs() {
        Stream<Run> own = newestFirst.stream().map(StateRun::run);
        return shared == null
                ? own.toList()
                : Stream.concat(own, shared.runs().stream()).toList();
    }

    long[] sizes() {
        return newestFirst.stream().mapToLong(StateRun::bytes).toArray();
    }

    /** The version that comes after this one, which is let go of: with another run in the place of some that follow each other. */
    RunVersion with(List<StateRun> replaced, StateRun run) {
        List<StateRun> next = new ArrayList<>(newestFirst);
        int place = replaced.isEmpty() ? 0 : next.indexOf(replaced.get(0));
        next.removeAll(replaced);
        next.add(place, run);
        RunVersion version = new RunVersion(List.copyOf(next), shared);
        run.release(); // by whoever made it
        release();
        return version;
    }

    /** Returns a version in which a run of the partition's own, or none, stands in the place of those that it shares. */
    RunVersion split(@Nullable StateRun own) {
        List<StateRun> next = new ArrayList<>(newestFirst);
        if (own != null) {
            next.add(own);
        }
        RunVersion version = new RunVersion(List.copyOf(next), null);
        if (own != null) {
            own.release();
        }
        release();
        return version;
    }

    synchronized RunVersion hold() {
        holders++;
        return this;
    }

    void release() {
        synchronized (this) {
            if (--holders > 0) {
                return;
            }
        }
        newestFirst.forEach(StateRun::release);
        if (shared != null) {
            shared.release();
        }
    }
}
