/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Copies of a checkpoint, made while its program runs, and put back. On the thread that asks. The program is neither locked out nor asked:
 * files are copied in an order in which nothing that was copied names something that is not there yet, what has been deleted meanwhile is
 * found when the copy is read as a start would read it, and then the copy is made once more.
 */
@NullMarked
package dev.millrace.internal.backup;

import org.jspecify.annotations.NullMarked;
