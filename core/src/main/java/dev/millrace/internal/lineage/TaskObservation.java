/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.lineage;

import dev.millrace.rdd.AccumulatorV2;
import java.io.Serializable;
import java.util.Map;

/**
 * The observation of the winning attempt of one task.
 *
 * @param partition the partition that it computed
 * @param attempt the attempt that won, counted from 0
 * @param recordsRead records read from the program's data and from sources, by node id
 * @param accumulated what it added to accumulators, by accumulator id
 * @param quarantined what it put aside; the observer that is told of it closes it
 */
public record TaskObservation(
        int partition,
        int attempt,
        Map<Long, Long> recordsRead,
        Map<Long, AccumulatorV2<?, ?>> accumulated,
        QuarantinedRecords quarantined)
        implements Serializable {}
