/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The life of a streaming context, from CREATED to STOPPED: the public context hands every start, stop and wait to its {@code Driver}. This
 * package stands above all others. Any thread.
 */
@NullMarked
package dev.millrace.internal.program;

import org.jspecify.annotations.NullMarked;
