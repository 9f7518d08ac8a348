/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.crash;

import java.util.function.Consumer;

/**
 * A step of the durable path after which a crash must be harmless. In order of a batch's path. The one observer of these points
 * is all that the core has for tests.
 */
public enum CrashPoint {
    WAL_ROLLED,
    WAL_APPENDED,
    WAL_SYNCED,
    PLAN_WRITTEN,
    STEPS_RUN,
    OUTPUT_CHECKED,
    PART_STAGED,
    OUTPUT_DONE,
    BEFORE_DECISION,
    CHANGES_WRITTEN,
    DECIDED,
    PART_PUBLISHED,
    TRANSACTION_COMMITTED,
    OUTPUT_PUBLISHED,
    RECEIPT_WRITTEN,
    COMMITTED,
    JOURNAL_ROLLED,
    UPGRADE_WRITTEN,
    RUN_WRITTEN,
    RUNS_MERGED,
    SNAPSHOT_WRITTEN,
    SNAPSHOT_VISIBLE,
    JOURNAL_RETIRED,
    RUN_RETIRED,
    WAL_RETIRED,
    ROLLBACK_WRITTEN,
    ROLLBACK_DECIDED,
    ROLLBACK_CHECKED,
    ROLLBACK_RETRACTED,
    ROLLBACK_RECORDED,
    SKIP_KEPT,
    SKIP_DECIDED,
    SKIP_FORGOTTEN;

    private static volatile Consumer<CrashPoint> observer = point -> {};

    /** Says that the process has come here. */
    public void reach() {
        observer.accept(this);
    }

    /** Has {@code consumer} called at every point, on the thread that comes there. */
    public static void observe(Consumer<CrashPoint> consumer) {
        observer = consumer;
    }
}
