/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Step 2 of 8, between {@code ingest} and {@code graph}: the driver loop ticks, plans batches and hears how they ended; the
 * batch thread runs them, one after the other, through steps 3 to 7. The same planner and runner work on the caller's
 * thread in virtual time.
 */
@NullMarked
package dev.millrace.internal.batch;

import org.jspecify.annotations.NullMarked;
