/* SPDX-License-Identifier: Apache-2.0 */
/**
 * One budget of memory for received blocks, shuffles, the cache, panes and states, and the files for what exceeds it. Objects
 * are measured by a sample ({@code SizeEstimate}, {@code ObjectWalk}, {@code Sampler}); {@code HeapGate} looks at the heap for
 * what these miss.
 *
 * <p>Odd but intended:
 *
 * <ul>
 *   <li>Memory is asked for in the order cache, panes, shuffles, state. An evictor that is asked holds no lock, and
 *       never asks again.
 *   <li>Sizes of objects are estimates. The budget gives out less when the heap that a collection leaves is fuller
 *       than they say.
 * </ul>
 */
@NullMarked
package dev.millrace.internal.memory;

import org.jspecify.annotations.NullMarked;
