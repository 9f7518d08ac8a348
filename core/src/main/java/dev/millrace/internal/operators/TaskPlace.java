/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.operators;

import dev.millrace.spi.JobLabel;
import java.util.function.Function;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Where one attempt at a task stands among all others.
 *
 * @param label on whose behalf it runs
 * @param stage the number of its stage, unique in its context
 * @param stageAttempt the number of earlier attempts at the stage
 * @param partition the partition that it computes
 * @param partitions tells how many partitions the dataset has
 * @param attempt the number of earlier attempts at the task
 * @param id a number that no other attempt in its context has
 * @param properties gives the properties that its job was begun with
 */
public record TaskPlace(
        JobLabel label,
        int stage,
        int stageAttempt,
        int partition,
        IntSupplier partitions,
        int attempt,
        long id,
        Function<String, @Nullable String> properties) {}
