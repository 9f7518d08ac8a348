/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.rdd;

/**
 * One of the partitions of a dataset.
 *
 * @param index its number, from 0
 */
public record Partition(int index) {}
