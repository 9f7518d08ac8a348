/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.CheckpointBackup;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that copies all files of a checkpoint, and tells where and up to which batch. */
abstract class CheckpointCopyCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public final Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        copy(spec, out);
        out.flush();
        return 0;
    }

    abstract void copy(CommandSpec command, PrintWriter out);

    static CheckpointBackup.Files files(boolean copied) {
        return copied ? CheckpointBackup.Files.COPIED : CheckpointBackup.Files.LINKED;
    }

    static String upTo(@Nullable BatchTime lastDecided) {
        return "goes up to   " + (lastDecided == null ? "no batch" : Batches.dated(lastDecided));
    }
}
