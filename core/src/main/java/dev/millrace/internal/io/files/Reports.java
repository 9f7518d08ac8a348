/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.files;

import dev.millrace.internal.logging.Lines;
import dev.millrace.internal.logging.RateLimit;
import java.util.HashSet;
import java.util.Set;

/**
 * Tells operators of a file stream by the log. Warnings come once for each matter until it is over, and there is a limit to how
 * many come in a minute. Bounded: of very many matters the first are told.
 */
final class Reports {
    private static final System.Logger LOG = System.getLogger("dev.millrace.streaming.files");
    private static final int MOST = 10_000;

    private final String stream;
    private final RateLimit limit = new RateLimit(System::nanoTime);
    private final Set<String> open = new HashSet<>();

    /** @param stream whom it is about */
    Reports(String stream) {
        this.stream = stream;
    }

    void news(String text) {
        LOG.log(System.Logger.Level.INFO, Lines.one(stream + " " + text));
    }

    void once(String matter, String text) {
        if (open.size() < MOST && open.add(matter)) {
            String line = limit.line(stream, Lines.one(text));
            if (line != null) {
                LOG.log(System.Logger.Level.WARNING, line);
            }
        }
    }

    /** Says what was left out. */
    void end() {
        limit.rest().forEach(line -> LOG.log(System.Logger.Level.WARNING, line));
    }

    void over(String matter) {
        open.remove(matter);
    }
}
