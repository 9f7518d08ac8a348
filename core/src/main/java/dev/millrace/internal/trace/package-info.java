/* SPDX-License-Identifier: Apache-2.0 */
/** One line for each of the eight steps of a batch, for readers of the architecture and of logs. */
@NullMarked
package dev.millrace.internal.trace;

import org.jspecify.annotations.NullMarked;
