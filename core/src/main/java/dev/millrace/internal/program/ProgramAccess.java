/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.program;

import dev.millrace.MillraceConf;
import dev.millrace.internal.lineage.Door;
import dev.millrace.spi.Clock;
import dev.millrace.streaming.StreamingContext;
import java.time.Duration;

/** Leads from a streaming context to its driver. */
public interface ProgramAccess {
    Door<ProgramAccess> DOOR = new Door<>(StreamingContext.class);

    static ProgramAccess programs() {
        return DOOR.accessor();
    }

    Driver driver(StreamingContext context);

    /** A context that lives by another clock than the machine's. */
    StreamingContext context(MillraceConf conf, Duration batchInterval, Clock clock);
}
