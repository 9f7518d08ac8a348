/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.spi;

import dev.millrace.streaming.BatchTime;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * On whose behalf a job runs: the batch and the output, where there are any.
 *
 * @param batch the batch, or null for an action of the program outside any batch
 * @param output the output's name, or null while a step or a transform function runs
 */
public record JobLabel(@Nullable BatchTime batch, @Nullable String output) implements Serializable {
    /** An action outside any batch. */
    public static final JobLabel NONE = new JobLabel(null, null);
}
