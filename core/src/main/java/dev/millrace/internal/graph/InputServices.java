/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.graph;

import dev.millrace.internal.receive.Reception;
import dev.millrace.spi.SourceContext;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The services that an input is given when it is opened. They are the same for all inputs of a program.
 *
 * @param reception what receivers need; opened when the first asks for it
 * @param partitions into how many partitions a batch is cut where the data does not say
 * @param retainedBatches how many batches that are complete must be had again
 * @param decided how many batches were decided before this run, from the very first on
 * @param planned how many more were planned
 * @param sources what the source of an input is told of its program
 * @param replays whether the batch is a repetition, so that no external system is told of what the inputs give
 */
public record InputServices(
        Supplier<Reception> reception,
        int partitions,
        int retainedBatches,
        long decided,
        int planned,
        Function<InputNode<?>, SourceContext> sources,
        boolean replays) {}
