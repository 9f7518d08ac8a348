/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.spi;

import java.util.Optional;
import java.util.UUID;

/** A run of a program, as one of its outputs sees it: from a start until the program stops. All methods are safe for several threads. */
public interface OutputRun {
    /** The output's name. */
    String outputName();

    /** Drawn when the checkpoint directory was first used; one for itself at each start without such a directory. */
    UUID checkpointId();

    /** The program's number among those that have taken the checkpoint, counted from 1; 0 without a checkpoint directory. */
    long epoch();

    /** Drawn at each start. */
    UUID runId();

    /** What {@link PartedOutput#place} said in an earlier run of this checkpoint, the last time; empty if this is the first. */
    Optional<String> place();

    /**
     * Returns if this program still has the checkpoint. An output asks before it takes anything away from other programs with the same
     * checkpoint, and after it was told that another has taken something from it.
     *
     * @throws dev.millrace.error.CheckpointException if another program has taken it; nothing may be written any more
     */
    void checkOwner() throws Exception;
}
