/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.spi;

/**
 * Where a stream's batches go, exactly once.
 *
 * @param <T> the type of the records
 */
public sealed interface Output<T> permits StagedOutput {}
