/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.receive;

import dev.millrace.internal.logging.Lines;
import dev.millrace.internal.logging.RateLimit;
import dev.millrace.spi.Clock;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/** Tells operators by the log of the receivers that fail, with a limit for each, since there may be no listener. Any thread. */
final class ReceiverLog {
    private static final System.Logger LOG = System.getLogger("dev.millrace.streaming.receiver");

    private final RateLimit limit;

    ReceiverLog(Clock clock) {
        limit = new RateLimit(clock::nanos);
    }

    /**
     * A receiver reports a problem.
     *
     * @param receiver the name of its stream
     * @param what to continue {@code receiver "name"} with
     */
    void problem(String receiver, String what, @Nullable Throwable error) {
        String sender = "receiver \"" + receiver + "\"";
        String line = limit.line(sender, Lines.one(sender + " " + what + (error == null ? "" : ": " + error)));
        if (line != null) {
            LOG.log(Level.WARNING, line);
            if (error != null) {
                LOG.log(Level.DEBUG, "the stack of that problem", error);
            }
        }
    }

    /** Says what was left out. */
    void end() {
        limit.rest().forEach(line -> LOG.log(Level.WARNING, line));
    }
}
