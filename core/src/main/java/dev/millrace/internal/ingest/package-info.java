/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Step 1 of 8, before {@code batch}: replayable sources cut what has come into slices, and read a slice back whenever its
 * batch is run. Slices are cut on the driver loop; reading happens in tasks.
 */
@NullMarked
package dev.millrace.internal.ingest;

import org.jspecify.annotations.NullMarked;
