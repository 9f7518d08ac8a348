/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.lineage;

import dev.millrace.error.CodecException;
import dev.millrace.error.RefusedException;
import java.io.IOException;
import java.util.Iterator;

/** Takes the records and the change blocks that one attempt of a step gives beside its table. It belongs to the task. */
public interface StepOutput {
    /** Takes a record of what the step gives in the batch. */
    void record(Object record);

    /** The records that it has taken; no more come. */
    Iterator<?> records();

    /** Takes a block of what the change log is to have, in order; the array is not changed afterwards. */
    void changed(byte[] block) throws IOException;

    /** Encodes changes. */
    @FunctionalInterface
    interface Encoding {
        void encode() throws IOException;
    }

    /**
     * Encodes what a step changed.
     *
     * @throws RefusedException if a value cannot be encoded, which another attempt would not mend
     */
    static void encoding(Operator operator, Encoding encoding) throws IOException {
        try {
            encoding.encode();
        } catch (CodecException e) {
            throw new RefusedException("what " + operator + " keeps cannot be written: " + e.getMessage(), e);
        }
    }
}
