/* SPDX-License-Identifier: Apache-2.0 */
/** The exceptions that Millrace throws. Each message says what was found, why it is refused, and the one change to make. */
@NullMarked
package dev.millrace.error;

import org.jspecify.annotations.NullMarked;
