/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Spark core as the scale-out engine. A lineage is translated node by node to Spark RDDs; narrow operators, aggregation
 * and state programs are the core's own, so a program computes what it computes on the embedded engine. Data crosses
 * between machines as the codec's bytes only. Nothing in here is called by programs: the engine is found through {@link
 * java.util.ServiceLoader} when the master is {@code spark:local[n]}, {@code spark://...}, {@code yarn} or {@code
 * k8s://...}.
 *
 * <p>Odd but intended:
 *
 * <ul>
 *   <li>A partition that Spark keeps ends with what its attempt had put aside, because Spark keeps it even if that
 *       attempt fails.
 * </ul>
 */
@NullMarked
package dev.millrace.engine.spark;

import org.jspecify.annotations.NullMarked;
