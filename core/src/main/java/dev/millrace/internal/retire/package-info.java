/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Step 8 of 8, after {@code checkpoint}: what no later batch can reach is dropped. Batch thread, right after the commit;
 * journals and snapshots are retired on the checkpoint thread once a newer snapshot is visible.
 */
@NullMarked
package dev.millrace.internal.retire;

import org.jspecify.annotations.NullMarked;
