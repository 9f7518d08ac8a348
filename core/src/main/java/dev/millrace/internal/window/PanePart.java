/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.window;

import java.util.Iterator;

/**
 * A piece of a partition of a pane as it was kept.
 *
 * @param time of the pane's batch, in milliseconds
 * @param piece its number in the partition
 * @param records to be gone through before the next part is asked for
 */
public record PanePart(long time, int partition, int piece, Iterator<Object> records) {}
