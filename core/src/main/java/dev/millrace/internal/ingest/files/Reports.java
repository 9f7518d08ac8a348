/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.ingest.files;

import java.util.HashSet;
import java.util.Set;

/** Warnings in the log, once for each matter until it is over. Bounded: of very many matters the first are told. */
final class Reports {
    private static final System.Logger LOG = System.getLogger(Reports.class.getPackageName());
    private static final int MOST = 10_000;

    private final Set<String> open = new HashSet<>();

    void once(String matter, String text) {
        if (open.size() < MOST && open.add(matter)) {
            LOG.log(System.Logger.Level.WARNING, text);
        }
    }

    void over(String matter) {
        open.remove(matter);
    }
}
