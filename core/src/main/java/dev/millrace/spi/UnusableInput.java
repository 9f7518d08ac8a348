/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.spi;

import java.io.Serializable;

/** The treatment of pieces of input that cannot be used; serializable, because tasks meet them. */
public interface UnusableInput extends Serializable {
    /**
     * Puts a piece of input into the quarantine, on behalf of the task that runs on this thread; or fails its batch, if the program
     * has chosen that.
     *
     * @param place where it stood, the same whenever it is met again
     * @param raw its bytes
     * @param problem why it cannot be used
     * @param change what one can do about it
     * @throws dev.millrace.error.RefusedException if the batch is to fail
     */
    void refuse(String place, byte[] raw, String problem, String change);
}
