/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.engine;

import dev.millrace.internal.lineage.RddNode;
import dev.millrace.spi.JobLabel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Asks an engine for the result of a function on every partition of a dataset.
 *
 * @param target the dataset
 * @param function runs once a partition, in a task
 * @param first the partition to begin with; those before are not computed
 * @param firstWave how many partitions to compute before {@code enough} is asked; it is asked again after each wave
 * @param enough given the results so far in partition order, whether the other partitions need not be computed
 * @param label on whose behalf
 */
public record EvaluationRequest<T, R>(
        RddNode<T> target,
        TaskFunction<T, R> function,
        int first,
        int firstWave,
        Predicate<List<R>> enough,
        JobLabel label) {

    /** A request for all partitions. */
    public static <T, R> EvaluationRequest<T, R> all(RddNode<T> target, TaskFunction<T, R> function, JobLabel label) {
        return new EvaluationRequest<>(target, function, 0, Integer.MAX_VALUE, results -> false, label);
    }

    /** A request for one partition. */
    public static <T, R> EvaluationRequest<T, R> one(
            RddNode<T> target, int partition, TaskFunction<T, R> function, JobLabel label) {
        return new EvaluationRequest<>(target, function, partition, 1, results -> true, label);
    }

    /** Computes the partitions from one on, before another. */
    public interface Wave<R> {
        List<R> compute(int from, int until) throws Exception;
    }

    /** Has the partitions computed in waves, each four times the size of the one before, until the results are enough. */
    public List<R> inWaves(Wave<R> wave) throws Exception {
        List<R> results = new ArrayList<>();
        int from = first;
        int size = firstWave;
        do {
            int until = (int) Math.min(target.partitions(), (long) from + size);
            results.addAll(wave.compute(from, until));
            from = until;
            size = (int) Math.min(Integer.MAX_VALUE, 4L * size);
        } while (from < target.partitions() && !enough.test(results));
        return results;
    }
}
