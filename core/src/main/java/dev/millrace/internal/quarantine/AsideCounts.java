/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.quarantine;

import dev.millrace.error.MillraceException;
import dev.millrace.internal.lineage.RecordGuard;
import dev.millrace.internal.operators.GuardedPartition;
import dev.millrace.internal.operators.TaskScope;
import dev.millrace.spi.QuarantinedRecord;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Counts the records that a batch has put aside, and refuses more than the program allows. */
final class AsideCounts {
    private final Map<String, RecordGuard> guards;
    private final int most;
    private final Map<String, Integer> byOperator = new HashMap<>();
    private int all;

    /** @param guards by the name of their operator */
    AsideCounts(Map<String, RecordGuard> guards, int most) {
        this.guards = guards;
        this.most = most;
    }

    /** One more, which was not there before; returns what to say if that is one too many. */
    @Nullable
    MillraceException add(AsideLine line) {
        all++;
        int count = byOperator.merge(line.operator(), 1, Integer::sum);
        RecordGuard guard = guards.get(line.operator());
        if (guard != null && count > guard.atMost()) {
            QuarantinedRecord record = JsonLine.parse(line.text());
            return GuardedPartition.tooMany(guard, record.place(), record.error());
        }
        return all > most ? TaskScope.tooManyQuarantined(JsonLine.parse(line.text()), most) : null;
    }

    Map<String, Integer> byOperator() {
        return Map.copyOf(byOperator);
    }
}
