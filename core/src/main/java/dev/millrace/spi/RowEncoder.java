/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.spi;

import java.io.Serializable;

/**
 * Makes of a record the bytes that an output writes. Runs in tasks, so it is sent to them on Spark; several tasks may share one.
 *
 * @param <T> the type of the records
 */
@FunctionalInterface
public interface RowEncoder<T> extends Serializable {
    /** @throws Exception if the output can never write this record: the task fails, before the batch is decided */
    byte[] encode(T record) throws Exception;
}
