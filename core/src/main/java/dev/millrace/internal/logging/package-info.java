/* SPDX-License-Identifier: Apache-2.0 */
/** How often the same matter is logged, and how values look in a line. Below all steps. */
@NullMarked
package dev.millrace.internal.logging;

import org.jspecify.annotations.NullMarked;
