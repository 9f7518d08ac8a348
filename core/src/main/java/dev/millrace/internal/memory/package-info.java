/* SPDX-License-Identifier: Apache-2.0 */
/**
 * One budget of memory for received blocks, shuffles, the cache, panes and states, and the files for what exceeds it. Objects
 * are measured by a sample ({@code SizeEstimate}, {@code ObjectWalk}, {@code Sampler}); {@code HeapGate} looks at the heap for
 * what these miss.
 */
@NullMarked
package dev.millrace.internal.memory;

import org.jspecify.annotations.NullMarked;
