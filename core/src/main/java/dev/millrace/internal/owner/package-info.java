/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The right to write a checkpoint, which one program has at a time, and the identity of the checkpoint in a directory.
 */
@NullMarked
package dev.millrace.internal.owner;

import org.jspecify.annotations.NullMarked;
