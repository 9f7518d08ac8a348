/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The files of directories. {@code FileCursor} lists, remembers what was seen and cuts
 * slices, on the driver loop; {@code SplitFiles} reads a slice in tasks, through a format such as {@code TextFormat}.
 */
@NullMarked
package dev.millrace.internal.io.files;

import org.jspecify.annotations.NullMarked;
