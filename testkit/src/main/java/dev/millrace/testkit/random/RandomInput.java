/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.random;

import java.util.List;

/**
 * An input of a random program with all its batches.
 *
 * @param kind the type of the records
 * @param partitions the number of partitions of each batch
 * @param batches the records of each batch
 */
public record RandomInput(Kind kind, int partitions, List<List<Object>> batches) {}
