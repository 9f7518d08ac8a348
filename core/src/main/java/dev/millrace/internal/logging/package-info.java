/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Lines for people: the trace of a batch, how often the same matter is logged, and how values look in a line. Below all packages that write them.
 */
@NullMarked
package dev.millrace.internal.logging;

import org.jspecify.annotations.NullMarked;
