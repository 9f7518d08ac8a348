/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The loop that plans batches when they are due and hears how they ended. There is one loop, {@code DriverLoop}, which does its work by steps:
 * in real time a thread of its own makes them ({@code LoopThread}), in virtual time the thread that asks for batches ({@code VirtualTime}).
 * {@code RunState} draws the states of a context and its run.
 */
@NullMarked
package dev.millrace.internal.runtime.loop;

import org.jspecify.annotations.NullMarked;
