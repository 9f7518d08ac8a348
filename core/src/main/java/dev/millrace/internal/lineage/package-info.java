/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The lineage of RDDs: immutable nodes with identity, one kind a file, that say where data comes from and nothing
 * about how it is computed. Lies below all steps; both engines read it through {@link
 * dev.millrace.internal.lineage.RddVisitor}.
 */
@NullMarked
package dev.millrace.internal.lineage;

import org.jspecify.annotations.NullMarked;
