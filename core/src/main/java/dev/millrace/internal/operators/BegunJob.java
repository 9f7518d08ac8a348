/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.operators;

import dev.millrace.error.CancelledException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A job as the program sees it: what it has set for it, and whether it has ended it. The thread that begins a job carries it. Any thread. */
public final class BegunJob {
    /** The keys of properties that say how the program calls the job. */
    public static final String ID = "millrace.job.id";

    public static final String GROUP = "millrace.job.group";
    public static final String DESCRIPTION = "millrace.job.description";
    public static final String TAGS = "millrace.job.tags";

    private static final ThreadLocal<BegunJob> CURRENT = ThreadLocal.withInitial(() -> new BegunJob(Map.of()));

    private final Map<String, String> properties;
    private volatile @Nullable String endedBy;

    /** @param properties which do not change later */
    public BegunJob(Map<String, String> properties) {
        this.properties = properties;
    }

    /** The job that this thread begins. */
    public static BegunJob current() {
        return CURRENT.get();
    }

    /** Has this thread begin a job from now on; returns the one before. */
    public static BegunJob begin(BegunJob job) {
        BegunJob before = CURRENT.get();
        CURRENT.set(job);
        return before;
    }

    public Map<String, String> properties() {
        return properties;
    }

    /** Marks it as ended, before an engine is told. */
    public void end(String by) {
        endedBy = by;
    }

    /** Returns whether the program has ended it. */
    public boolean isEnded() {
        return endedBy != null;
    }

    /** The failure of the job: that it was ended, if it was; else {@code failure}. */
    public RuntimeException failure(RuntimeException failure) {
        return endedBy == null ? failure : new CancelledException("the job was ended early by " + endedBy);
    }
}
