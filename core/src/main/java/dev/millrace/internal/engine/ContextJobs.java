/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.engine;

import dev.millrace.internal.operators.BegunJob;
import dev.millrace.internal.operators.TaskScope;
import dev.millrace.rdd.FutureAction;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The jobs of a context that run now, and what the program has said of those that are to come: that holds for the thread that said it, and for
 * threads that this one begins afterwards. Any thread.
 */
public final class ContextJobs {
    private static final String SEPARATOR = ",";

    private final ExecutionEngine engine;
    private final InheritableThreadLocal<Map<String, String>> said = new InheritableThreadLocal<>() {
        @Override
        protected Map<String, String> initialValue() {
            return Map.of();
        }
    };
    private final ThreadLocal<IntConsumer> told = ThreadLocal.withInitial(() -> id -> {});
    private final Map<Integer, BegunJob> running = new ConcurrentSkipListMap<>();
    private final AtomicInteger next = new AtomicInteger();

    ContextJobs(ExecutionEngine engine) {
        this.engine = engine;
    }

    /** Runs a job of the engine. */
    <R> R run(Supplier<R> call) {
        int id = next.getAndIncrement();
        Map<String, String> properties = new HashMap<>(said.get());
        properties.put(BegunJob.ID, Integer.toString(id));
        BegunJob job = new BegunJob(Map.copyOf(properties));
        BegunJob before = BegunJob.begin(job);
        running.put(id, job);
        told.get().accept(id);
        try {
            return call.get();
        } finally {
            running.remove(id);
            BegunJob.begin(before);
        }
    }

    /** Has {@code begun} told of the jobs that this thread begins while {@code call} runs. */
    void watched(IntConsumer begun, Runnable call) {
        told.set(begun);
        try {
            call.run();
        } finally {
            told.remove();
        }
    }

    /**
     * Runs an action beside the program.
     *
     * @param name which action it is, for errors
     */
    public <R> FutureAction<R> begin(String name, Callable<R> action) {
        if (TaskScope.current() != null) {
            throw new IllegalStateException(name + " was called inside a task, where datasets cannot be computed;"
                    + " call it in the program before, and use its result in the function");
        }
        return AsyncAction.begin(this, name, action);
    }

    /** The value that this thread has set for a key, or null. */
    public @Nullable String get(String key) {
        return said.get().get(key);
    }

    /** @param value null takes back what was said */
    public void set(String key, @Nullable String value) {
        Map<String, String> changed = new HashMap<>(said.get());
        if (value == null) {
            changed.remove(key);
        } else {
            changed.put(key, value);
        }
        said.set(Map.copyOf(changed));
    }

    public void group(@Nullable String group, @Nullable String description) {
        set(BegunJob.GROUP, group);
        set(BegunJob.DESCRIPTION, description);
    }

    /** The tags that this thread has given, sorted. */
    public Set<String> tags() {
        return tags(said.get());
    }

    private static Set<String> tags(Map<String, String> properties) {
        String tags = properties.getOrDefault(BegunJob.TAGS, "");
        return tags.isEmpty() ? Set.of() : new TreeSet<>(List.of(tags.split(SEPARATOR)));
    }

    /** @throws IllegalArgumentException if it is none */
    public void addTag(String tag) {
        if (tag.isEmpty() || tag.contains(SEPARATOR)) {
            throw new IllegalArgumentException("the job tag \"" + tag + "\" is empty or has a comma; give it a word");
        }
        Set<String> more = new TreeSet<>(tags());
        more.add(tag);
        set(BegunJob.TAGS, String.join(SEPARATOR, more));
    }

    public void removeTag(String tag) {
        Set<String> fewer = new TreeSet<>(tags());
        fewer.remove(tag);
        set(BegunJob.TAGS, fewer.isEmpty() ? null : String.join(SEPARATOR, fewer));
    }

    /**
     * Ends the jobs of a group.
     *
     * @param reason why, in words; may be empty
     */
    public void cancelGroup(String group, String reason) {
        cancel(job -> group.equals(job.get(BegunJob.GROUP)), "cancelJobGroup(\"" + group + "\")" + because(reason));
    }

    /** Ends the jobs that have a tag. */
    public void cancelTagged(String tag, String reason) {
        cancel(job -> tags(job).contains(tag), "cancelJobsWithTag(\"" + tag + "\")" + because(reason));
    }

    private static String because(String reason) {
        return reason.isEmpty() ? "" : ", because: " + reason;
    }

    /** Ends all jobs. */
    public void cancelAll() {
        cancel(job -> true, "cancelAllJobs()");
    }

    /** Ends jobs by their numbers. */
    void cancel(Collection<Integer> ids, String by) {
        Set<String> these = ids.stream().map(String::valueOf).collect(Collectors.toSet());
        cancel(job -> these.contains(job.get(BegunJob.ID)), by);
    }

    private void cancel(Predicate<Map<String, String>> which, String by) {
        for (BegunJob job : running.values()) {
            if (which.test(job.properties())) {
                job.end(by);
                engine.cancel(job);
            }
        }
    }

    /** The numbers of the jobs with a tag that run, in order. */
    public List<Integer> tagged(String tag) {
        return running.entrySet().stream()
                .filter(job -> tags(job.getValue().properties()).contains(tag))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** The jobs that run, by their numbers, in order: what the program has said of each. */
    public SortedMap<Integer, Map<String, String>> running() {
        SortedMap<Integer, Map<String, String>> all = new TreeMap<>();
        running.forEach((id, job) -> all.put(id, job.properties()));
        return all;
    }
}
