/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Step 1 of 8, before {@code batch}: the files of directories. {@code FileCursor} lists, remembers what was seen and cuts
 * slices, on the driver loop; {@code SplitFiles} reads a slice in tasks, through a format such as {@code TextFormat}.
 */
@NullMarked
package dev.millrace.internal.ingest.files;

import org.jspecify.annotations.NullMarked;
