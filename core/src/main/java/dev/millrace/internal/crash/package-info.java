/* SPDX-License-Identifier: Apache-2.0 */
/** The places where a process may die; production passes them, the test kit kills there. */
@NullMarked
package dev.millrace.internal.crash;

import org.jspecify.annotations.NullMarked;
