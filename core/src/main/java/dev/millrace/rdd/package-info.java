/* SPDX-License-Identifier: Apache-2.0 */
/** RDDs: immutable partitioned datasets described by their lineage, and what their programs need beside them. */
@NullMarked
package dev.millrace.rdd;

import org.jspecify.annotations.NullMarked;
