/* SPDX-License-Identifier: Apache-2.0 */
/** One budget of memory for received blocks, shuffles, the cache and panes, and the files for what exceeds it. */
@NullMarked
package dev.millrace.internal.memory;

import org.jspecify.annotations.NullMarked;
