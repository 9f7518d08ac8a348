/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runs;

/**
 * The numbers that are kept of a run outside its file, and tell it from every other.
 *
 * @param bytes how long it is
 * @param summaryAt where its last frame begins, which is its {@link RunSummary}
 * @param checksum of the checksums of its frames
 */
public record RunSeal(long bytes, long summaryAt, int checksum) {}
