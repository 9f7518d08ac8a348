/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runs;

/**
 * The summary that a run has of its entries.
 *
 * @param entries how many there are
 * @param puts how many of them put a value
 * @param leastTouched the first time at which a key of it was touched; the greatest number if no times are kept
 * @param greatestTouched the last one; {@link dev.millrace.internal.changes.ChangeBlock#UNTIMED} if no times are kept
 * @param nextArrival one more than the greatest arrival; 0 if nothing is put
 * @param contentBytes the length of all keys and values
 */
public record RunSummary(
        long entries, long puts, long leastTouched, long greatestTouched, long nextArrival, long contentBytes) {}
