/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.crash;

/** The programs that are killed, and how many batches show all that they do. */
enum ProgramKind {
    /** Word counts over files, in all and over a window. */
    FILES_AND_STATE(SliceProgram.class, 7),

    /** Windows over what a reliable receiver takes from a sender that resends what is not acknowledged. */
    RECEIVER_AND_WINDOW(BlockProgram.class, 6),

    /** Keyed state with timeouts over a queue. */
    QUEUE_AND_TIMEOUTS(SessionProgram.class, 7),

    /** Two exactly-once outputs of different streams, one of them of state, beside one that is at least once. */
    TWO_STAGED_OUTPUTS(OutputsProgram.class, 5);

    private final Class<? extends CrashedProgram> program;
    private final int batches;

    ProgramKind(Class<? extends CrashedProgram> program, int batches) {
        this.program = program;
        this.batches = batches;
    }

    Class<? extends CrashedProgram> program() {
        return program;
    }

    /** Few, because it is killed at each of their steps. */
    int batches() {
        return batches;
    }
}
