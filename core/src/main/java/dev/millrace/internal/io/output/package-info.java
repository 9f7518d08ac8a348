/* SPDX-License-Identifier: Apache-2.0 */
/** Outputs that come with the library. */
@NullMarked
package dev.millrace.internal.io.output;

import org.jspecify.annotations.NullMarked;
