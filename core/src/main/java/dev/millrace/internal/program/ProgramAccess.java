/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.program;

import dev.millrace.internal.lineage.Door;
import dev.millrace.streaming.StreamingContext;

/** Leads from a streaming context to its driver. */
public interface ProgramAccess {
    Door<ProgramAccess> DOOR = new Door<>(StreamingContext.class);

    static ProgramAccess programs() {
        return DOOR.accessor();
    }

    Driver driver(StreamingContext context);
}
