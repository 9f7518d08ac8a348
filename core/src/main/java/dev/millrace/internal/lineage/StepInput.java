/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.lineage;

import java.util.Iterator;

/**
 * The input of one attempt of a step in its partition. It belongs to the task. The records of a dataset are to be gone through once; asked for
 * again, they come again where {@link StepTask#open} was given a space with a limit.
 */
public interface StepInput {
    /** The number of the partition, from 0. */
    int partition();

    /** The records of an input of the batch, by its place among {@link MaterialiseStep#inputs}. */
    <R> Iterator<R> read(int input);

    /** The records that a step left for an earlier batch, by its place among {@link MaterialiseStep#earlier}. */
    <R> Iterator<R> readEarlier(int place);
}
