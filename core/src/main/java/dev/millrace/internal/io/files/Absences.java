/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.files;

import dev.millrace.streaming.BatchTime;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Forgets a path when it was absent for the remember time. Only a directory that was listed, and not found empty, says
 * that a file is absent: one that is not mounted looks missing or empty. An entry is written when an absence begins or
 * ends, not in each batch; time is that of batches, so an absence goes on across a restart.
 */
final class Absences {
    private final SeenFiles seen;
    private final long rememberSeconds;
    private final int now; // in seconds; 0 means present

    Absences(SeenFiles seen, long rememberSeconds, BatchTime batch) {
        this.seen = seen;
        this.rememberSeconds = rememberSeconds;
        now = (int) Math.max(1, batch.milliseconds() / 1000);
    }

    void note(Listing.Result listed, int round, Map<Object, @Nullable Object> positions) {
        listed.returned().forEach((key, file) -> {
            SeenFile present = file.absentSince(0);
            seen.put(key, present, round);
            positions.put(key.toData(), present.toData());
        });
        seen.sweep(listed.directories(), round, (key, file) -> {
            if (file.absentSince() == 0) {
                SeenFile absent = file.absentSince(now);
                seen.put(key, absent, round - 1);
                positions.put(key.toData(), absent.toData());
                return false;
            }
            boolean forget = (now & 0xffff_ffffL) - (file.absentSince() & 0xffff_ffffL) >= rememberSeconds;
            if (forget) {
                positions.put(key.toData(), null);
            }
            return forget;
        });
    }
}
