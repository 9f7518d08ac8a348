/* SPDX-License-Identifier: Apache-2.0 */
/** Limits how often the same matter is logged, and formats values for a line. Below all steps. */
@NullMarked
package dev.millrace.internal.logging;

import org.jspecify.annotations.NullMarked;
