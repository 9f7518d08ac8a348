/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.checkpoint;

import dev.millrace.error.CodecException;
import dev.millrace.internal.codec.ValueCodec;
import dev.millrace.internal.log.EpochFile;
import dev.millrace.internal.log.LogDirectory;
import java.util.List;
import java.util.Map;

/**
 * A frame of the receipts.
 *
 * @param isAll whether it says all that counts so far, or what is new
 * @param parts by output and batch, in ms, how many parts are published, or {@link #TAKEN_BACK}
 * @param places by output, where its own receipts are
 */
record ReceiptRecord(boolean isAll, Map<String, ? extends Map<Long, Integer>> parts, Map<String, String> places) {
    static final int TAKEN_BACK = -1;

    private static final ValueCodec CODEC = ValueCodec.builtIn();

    byte[] encode() {
        return CODEC.encode(List.of(isAll, parts, places));
    }

    @SuppressWarnings("unchecked") // what encode() has written, as its checksum says
    static ReceiptRecord decode(LogDirectory log, EpochFile segment, long at, byte[] frame) {
        try {
            if (CODEC.decode(frame) instanceof List<?> fields
                    && fields.size() == 3
                    && fields.get(0) instanceof Boolean isAll
                    && fields.get(1) instanceof Map<?, ?> parts
                    && fields.get(2) instanceof Map<?, ?> places) {
                return new ReceiptRecord(isAll, (Map<String, Map<Long, Integer>>) parts, (Map<String, String>) places);
            }
        } catch (CodecException e) {
            // no receipt
        }
        throw log.damaged(segment, at, "it holds something other than receipts");
    }
}
