/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The seam between a batch and the engine that computes it: what an engine is asked for, and what it gives. An engine sees
 * lineage and steps, so it is written in this repository; one of another module is found as a service.
 */
@NullMarked
package dev.millrace.internal.engine;

import org.jspecify.annotations.NullMarked;
