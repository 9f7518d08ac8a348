/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The program's streams as nodes, and the checks of a whole program. For each batch, each node gives
 * its lineage once, in the order in which the program made them, so parents come first. Materialise steps are run as soon
 * as their lineage is known. User code of {@code transform} runs here. Batch thread.
 */
@NullMarked
package dev.millrace.internal.graph;

import org.jspecify.annotations.NullMarked;
