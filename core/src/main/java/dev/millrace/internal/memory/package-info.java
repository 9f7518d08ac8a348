/* SPDX-License-Identifier: Apache-2.0 */
/** One budget of memory for received blocks, shuffles, the cache and panes. */
@NullMarked
package dev.millrace.internal.memory;

import org.jspecify.annotations.NullMarked;
