/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Files of checked frames, in which an append that was cut off can be told from damage: journals, snapshots, logs. Each begins
 * with a header that says which checkpoint it belongs to, who wrote it, and which file it is; the names of numbered files tell
 * the epoch of their writer, so that what a fenced program has written is known.
 */
@NullMarked
package dev.millrace.internal.log;

import org.jspecify.annotations.NullMarked;
