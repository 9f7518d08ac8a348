/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Materialise steps: state and window panes. A step runs once a batch over all partitions, reads the version of the
 * batch before, and writes an {@link dev.millrace.internal.materialise.Overlay} a task attempt; both engines run the
 * programs in here. A {@link dev.millrace.internal.materialise.StateTable} is one partition of a state, and its
 * {@link dev.millrace.internal.materialise.TouchOrder} knows which keys have been idle longest.
 */
@NullMarked
package dev.millrace.internal.materialise;

import org.jspecify.annotations.NullMarked;
