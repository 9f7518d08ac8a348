/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.state;

import dev.millrace.Tuple2;
import java.util.Iterator;

/**
 * The records of a batch for one partition of a state.
 *
 * @param isComputed whether the records were computed before the task began, so that no function of the program runs when they are read
 */
public record StateInput<K, V>(Iterator<Tuple2<K, V>> pairs, boolean isComputed) {}
