/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The files of directories. {@code FileCursor} lists, remembers what was seen and cuts
 * slices, on the driver loop; {@code SplitFiles} reads a slice in tasks, through a format such as {@code TextFormat}.
 *
 * <p>Odd but intended:
 *
 * <ul>
 *   <li>Positions of file streams hold fingerprints, not paths: a million fit into memory.
 *   <li>Datasets and streams of files go through {@code java.nio.file}, not through a {@code FileStore}. That is the one directory of a
 *       checkpoint, which one process owns: it has locks, syncs and renames, and neither globs nor times nor pieces of a file, and tasks
 *       elsewhere could not open it. Another file system comes by a provider of {@code java.nio.file}, and is named by a URI.
 *   <li>An empty directory says nothing of its files: it may be a mount point.
 * </ul>
 */
@NullMarked
package dev.millrace.internal.io.files;

import org.jspecify.annotations.NullMarked;
