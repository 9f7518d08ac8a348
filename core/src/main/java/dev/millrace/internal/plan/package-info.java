/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Step 4 of 8, between {@code graph} and {@code execute}: cuts a lineage at its shuffles into stages. A pure function
 * on the thread that called the action.
 */
@NullMarked
package dev.millrace.internal.plan;

import org.jspecify.annotations.NullMarked;
