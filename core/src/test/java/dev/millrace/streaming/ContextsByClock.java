/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming;

import dev.millrace.MillraceConf;
import dev.millrace.MillraceContext;
import dev.millrace.spi.Clock;
import java.time.Duration;

/** Makes contexts that live by another clock than the machine's. */
public final class ContextsByClock {
    private ContextsByClock() {}

    public static StreamingContext make(MillraceConf conf, Duration batchInterval, Clock clock) {
        return new StreamingContext(new MillraceContext(conf), batchInterval, true, clock);
    }
}
