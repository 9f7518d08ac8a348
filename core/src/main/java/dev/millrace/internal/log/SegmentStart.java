/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.log;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The header's word on how a segment stands in its log.
 *
 * @param number of the segment; 0 for a file that is none
 * @param previousBytes how many bytes of the segment before count; -1 if there was none
 * @param runs for each of the last programs that have begun segments, the first of these: so it is known who was fenced even
 *     when all files are gone that a successor had under those numbers
 */
public record SegmentStart(long number, long previousBytes, List<EpochFile> runs) {
    /** Of a file that is no segment of a log. */
    static final SegmentStart NONE = new SegmentStart(0, -1, List.of());

    int length() {
        return 2 * Long.BYTES + Integer.BYTES + runs.size() * 2 * Long.BYTES;
    }

    void put(ByteBuffer bytes) {
        bytes.putLong(number).putLong(previousBytes).putInt(runs.size());
        runs.forEach(run -> bytes.putLong(run.number()).putLong(run.epoch()));
    }

    static SegmentStart read(ByteBuffer bytes) {
        long number = bytes.getLong();
        long previousBytes = bytes.getLong();
        List<EpochFile> runs = new ArrayList<>();
        for (int left = bytes.getInt(); left > 0; left--) {
            runs.add(new EpochFile(bytes.getLong(), bytes.getLong()));
        }
        return new SegmentStart(number, previousBytes, runs);
    }
}
