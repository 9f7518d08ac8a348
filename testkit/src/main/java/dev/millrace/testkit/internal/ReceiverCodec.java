/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.internal;

import dev.millrace.error.CodecException;
import dev.millrace.error.MillraceException;
import dev.millrace.spi.Codec;
import java.util.ArrayList;
import java.util.List;

/**
 * Refuses what the log of a receiver could not keep.
 *
 * @param shown the receiver's input: its name, operator and line
 */
record ReceiverCodec(String shown, Codec codec) {
    void check(List<?> records) {
        try {
            codec.encode(new ArrayList<>(records));
        } catch (CodecException e) {
            throw new MillraceException("what " + shown + " received cannot be kept: " + e.getMessage(), e);
        }
    }
}
