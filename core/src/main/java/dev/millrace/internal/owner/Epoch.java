/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.owner;

import java.io.IOException;

/** The right to write, by number: each program that takes a checkpoint has a higher one than those before it. */
public interface Epoch {
    /** Of files that nobody else can take over. */
    Epoch NONE = new Epoch() {
        @Override
        public long number() {
            return 0;
        }

        @Override
        public void check() {}
    };

    long number();

    /**
     * Returns if no program had taken over when this was called. What was durable before the call is then seen by every
     * program that takes over later.
     *
     * @throws dev.millrace.error.CheckpointException if one has, with who it is
     */
    void check() throws IOException;
}
