/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The work on records that both engines share: narrow operators as iterators, hash aggregation in order of first
 * arrival, and the scope of a running task. A narrow chain is fused because {@code forEachRemaining} of each iterator
 * pushes records through its own function into the next one, without a call of {@code hasNext} between.
 */
@NullMarked
package dev.millrace.internal.operators;

import org.jspecify.annotations.NullMarked;
