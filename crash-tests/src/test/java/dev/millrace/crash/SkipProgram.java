/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.crash;

import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.CheckpointSkip;
import java.nio.file.Path;

/** Skips a batch of a checkpoint, as the command does, or forgets it. */
final class SkipProgram {
    static final String FORGET = "forget";

    private SkipProgram() {}

    public static void main(String[] arguments) {
        Child.begin();
        Path checkpoint = Path.of(arguments[0]);
        BatchTime batch = new BatchTime(Long.parseLong(arguments[1]));
        if (arguments.length > 2 && arguments[2].equals(FORGET)) {
            CheckpointSkip.forget(checkpoint, batch);
        } else {
            CheckpointSkip.carryOut(checkpoint, batch, "it can never run");
        }
    }
}
