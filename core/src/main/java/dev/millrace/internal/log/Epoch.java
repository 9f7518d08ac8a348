/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.log;

import java.io.IOException;

/** The right to write, by number: each program that takes a checkpoint has a higher one than those before it. */
public interface Epoch {
    /** The epoch of files that no other program can take over. */
    Epoch NONE = unchecked(CheckpointIdentity.NONE);

    /** The epoch of a reader, or of files that no other program can take over. */
    static Epoch unchecked(CheckpointIdentity identity) {
        return new Epoch() {
            @Override
            public CheckpointIdentity identity() {
                return identity;
            }

            @Override
            public void check() {}
        };
    }

    /** The checkpoint, the number, and the run; what is written bears it. */
    CheckpointIdentity identity();

    default long number() {
        return identity().epoch();
    }

    /**
     * Returns if no program had taken over when this was called, and the checkpoint was where it was taken. Everything that was durable
     * before the call is then seen by every program that takes over later.
     *
     * @throws dev.millrace.error.CheckpointException if one has, which is named, or if the directory was deleted, moved away
     *     or replaced
     */
    void check() throws IOException;

    /**
     * The same after something became durable in a file that this program writes.
     *
     * @throws dev.millrace.error.CheckpointException also if that file was deleted or moved away, so that no program will read it
     */
    default void check(FrameWriter written) throws IOException {
        boolean there = written.isListed();
        check();
        if (!there) {
            throw written.gone();
        }
    }
}
