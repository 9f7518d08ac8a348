/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.crash;

import dev.millrace.MillraceConf;
import dev.millrace.streaming.StreamingContext;
import java.nio.file.Path;
import java.time.Duration;

/** A streaming program that is run as a process of its own and killed. Every line that it puts out ends in its nonce. */
interface CrashedProgram {
    /** What the program sets beyond the checkpoint directory. */
    MillraceConf conf();

    /** Makes the streams, from where {@code input} says to directories below {@code output}. */
    void build(StreamingContext streaming, Duration interval, String input, Path output);

    /** Returns when the input of a batch of virtual time, counted from 1, can be taken, and no more than that. */
    default void awaitInput(long batch) throws InterruptedException {}
}
