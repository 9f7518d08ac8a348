/* SPDX-License-Identifier: Apache-2.0 */
/** Step 1 of 8, before {@code batch}: inputs cut what has come into slices, and read slices back. Driver loop. */
@NullMarked
package dev.millrace.internal.source;

import org.jspecify.annotations.NullMarked;
