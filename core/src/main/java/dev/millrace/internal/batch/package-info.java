/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Step 2 of 8, between {@code ingest} and {@code graph}: the driver loop ticks, plans batches and hears how they ended; the
 * batch thread runs them, one after the other, through steps 3 to 7. There is one loop, {@code DriverLoop}, which does its work by steps:
 * in real time a thread of its own makes them ({@code LoopThread}), in virtual time the thread that asks for batches ({@code VirtualTime}).
 * {@code RunState} draws the states of a context and its run.
 */
@NullMarked
package dev.millrace.internal.batch;

import org.jspecify.annotations.NullMarked;
