/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The files of directories. {@code FileCursor} lists, remembers what was seen and cuts
 * slices, on the driver loop; {@code SplitFiles} reads a slice in tasks, through a format such as {@code TextFormat}.
 *
 * <p>Odd but intended:
 *
 * <ul>
 *   <li>Positions of file streams hold fingerprints, not paths: a million fit into memory.
 *   <li>An empty directory says nothing of its files: it may be a mount point.
 * </ul>
 */
@NullMarked
package dev.millrace.internal.io.files;

import org.jspecify.annotations.NullMarked;
