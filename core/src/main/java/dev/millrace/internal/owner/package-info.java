/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Who may write a checkpoint: one program at a time, and files whose names tell which program wrote them. Also which checkpoint
 * a directory is.
 */
@NullMarked
package dev.millrace.internal.owner;

import org.jspecify.annotations.NullMarked;
