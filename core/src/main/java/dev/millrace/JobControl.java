/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace;

import dev.millrace.internal.engine.ContextRuntime;
import dev.millrace.internal.operators.BegunJob;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Control of the jobs of a context: what a program says of those that it will begin, which run, and their early end. Not public, like {@link
 * SharedVariables} and {@link DatasetFiles}, so that all of MillraceContext stands on one page; and nothing in these is final, because the
 * compiler gives MillraceContext a method for each of theirs then, which reflection can call.
 */
abstract sealed class JobControl permits SharedVariables {
    abstract ContextRuntime runtime();

    /**
     * Sets a property of the jobs that this thread, and threads that it begins afterwards, will begin; their tasks can read it. On Spark it is
     * a local property there too, so that {@code spark.scheduler.pool} works; those of Spark's jobs, {@code spark.job...}, are the engine's.
     *
     * @param value null takes it back
     */
    public void setLocalProperty(String key, @Nullable String value) {
        runtime().jobs().set(key, value);
    }

    /** A property that this thread has set, or inherited; null if it has not. */
    public @Nullable String getLocalProperty(String key) {
        return runtime().jobs().get(key);
    }

    /** Like {@link #setJobGroup(String, String)}; a job that is cancelled has its threads interrupted in any case. */
    public void setJobGroup(String group, String description, boolean interruptOnCancel) {
        setJobGroup(group, description);
    }

    /**
     * Puts the jobs that this thread, and threads that it begins afterwards, will begin into a group.
     *
     * @param description for people; Spark's pages show it
     */
    public void setJobGroup(String group, String description) {
        runtime().jobs().group(group, description);
    }

    /** Takes the group and its description back. */
    public void clearJobGroup() {
        runtime().jobs().group(null, null);
    }

    /** Describes the jobs that this thread will begin, for people; Spark's pages show it. */
    public void setJobDescription(@Nullable String description) {
        runtime().jobs().set(BegunJob.DESCRIPTION, description);
    }

    /** Ends the running jobs of a group early; who waits for one gets a {@link dev.millrace.error.CancelledException}. */
    public void cancelJobGroup(String group) {
        runtime().jobs().cancelGroup(group, "");
    }

    /** Like {@link #cancelJobGroup(String)}, with a reason that the error has. */
    public void cancelJobGroup(String group, String reason) {
        runtime().jobs().cancelGroup(group, reason);
    }

    /** Ends all running jobs early, those of batches too, which fail then. */
    public void cancelAllJobs() {
        runtime().jobs().cancelAll();
    }

    /** Gives a tag to the jobs that this thread, and threads that it begins afterwards, will begin. It may give several. */
    public void addJobTag(String tag) {
        runtime().jobs().addTag(tag);
    }

    /** Takes a tag back. */
    public void removeJobTag(String tag) {
        runtime().jobs().removeTag(tag);
    }

    /** The tags that this thread gives, sorted. */
    public Set<String> getJobTags() {
        return runtime().jobs().tags();
    }

    /** Takes all tags back. */
    public void clearJobTags() {
        runtime().jobs().set(BegunJob.TAGS, null);
    }

    /** Ends the running jobs early that have a tag. */
    public void cancelJobsWithTag(String tag) {
        runtime().jobs().cancelTagged(tag, "");
    }

    /** Like {@link #cancelJobsWithTag(String)}, with a reason that the error has. */
    public void cancelJobsWithTag(String tag, String reason) {
        runtime().jobs().cancelTagged(tag, reason);
    }

    /** Tells which jobs run. */
    public StatusTracker statusTracker() {
        return new StatusTracker(runtime().jobs());
    }
}
