/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Step 5 of 8, between {@code plan} and {@code commit}: the embedded engine. The thread that called the action takes
 * part in each stage; helpers of the compute pool join when there is enough to do, so a tiny stage runs inline.
 */
@NullMarked
package dev.millrace.internal.execute;

import org.jspecify.annotations.NullMarked;
