/* SPDX-License-Identifier: Apache-2.0 */
/**
 * A rehearsal of a start, and a batch of an earlier run that is run again. Both are starts that write nothing. On the thread that asks.
 */
@NullMarked
package dev.millrace.internal.tools;

import org.jspecify.annotations.NullMarked;
