/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.execute;

import dev.millrace.error.CodecException;
import dev.millrace.error.RefusedException;
import dev.millrace.internal.lineage.MaterialiseStep;
import java.io.IOException;

/** Encodes what a step changed. */
interface ChangeLogging {
    void encode() throws IOException;

    /**
     * Does it in a task.
     *
     * @throws RefusedException if a value cannot be encoded, which another attempt would not mend
     */
    static void in(MaterialiseStep step, ChangeLogging logging) throws IOException {
        try {
            logging.encode();
        } catch (CodecException e) {
            throw new RefusedException("what " + step.operator() + " keeps cannot be written: " + e.getMessage(), e);
        }
    }
}
