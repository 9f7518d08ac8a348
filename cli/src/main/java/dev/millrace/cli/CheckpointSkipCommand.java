/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.cli;

import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.CheckpointSkip;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Passes by a batch that can never run. */
@Command(
        name = "skip",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        header = "Passes by a batch that can never run.",
        description = {
            "Decides the batch that is the next to run as one that had no input: the positions of the inputs go past what it"
                    + " took, states do not change, windows have nothing of it, and outputs do not get it. Without --yes"
                    + " this is only rehearsed. The program must be stopped. The batch's input and the state before it are"
                    + " kept, so that 'millrace replay' can run it when the program is corrected; --forget deletes them."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  millrace checkpoint skip state --batch 1700000060000    what would be done",
            "  millrace checkpoint skip state --batch 1700000060000 --yes --reason \"why\"",
            "  millrace replay state --batch 1700000060000 -- Orders.java",
            "  millrace checkpoint skip state --forget 1700000060000 --yes"
        })
final class CheckpointSkipCommand implements Callable<Integer> {
    /** One of the two. */
    private static final class Which {
        @Option(
                names = "--batch",
                paramLabel = "BATCH",
                converter = BatchConverter.class,
                description = "The batch's time, in ms or as 2023-11-14T22:14:20Z.")
        private @Nullable BatchTime batch;

        @Option(
                names = "--forget",
                paramLabel = "BATCH",
                converter = BatchConverter.class,
                description = "Delete what is kept of this batch, which was skipped before.")
        private @Nullable BatchTime forgotten;
    }

    @ArgGroup(multiplicity = "1")
    @SuppressWarnings("NullAway.Init") // required
    private Which which;

    @Mixin
    private Confirmation yes = new Confirmation();

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for 'millrace checkpoint show'.")
    private String reason = "";

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CheckpointDirectory directory;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        Path existing = directory.existing();
        PrintWriter out = spec.commandLine().getOut();
        BatchTime batch = which.batch;
        BatchTime forgotten = which.forgotten;
        if (batch != null) {
            skip(existing, batch, out);
        } else if (forgotten != null) {
            forget(existing, forgotten, out);
        }
        out.flush();
        return 0;
    }

    private void skip(Path existing, BatchTime batch, PrintWriter out) {
        CheckpointSkip plan = CheckpointSkip.plan(existing, batch);
        out.println("checkpoint   " + existing);
        out.println("skip         " + Batches.dated(batch));
        plan.inputs().forEach((name, input) -> out.println("not taken    " + name + ": " + inWords(input)));
        plan.steps().forEach(step -> out.println("not seen by  " + step));
        plan.outputs().forEach(output -> out.println("not given    " + output));
        plan.done().forEach(output -> out.println("given        " + output + ": it had run before the batch failed"));
        out.println("run then     " + Batches.several(plan.again()));
        out.println("kept         in " + existing.resolve("skipped").resolve(Long.toString(batch.milliseconds()))
                + ", for millrace replay; files that it reads must stay where they are");
        if (yes.isGiven()) {
            CheckpointSkip.carryOut(existing, batch, reason);
            out.println("Done; the next start of the program goes on behind it.");
        } else {
            out.println(Confirmation.MISSING);
        }
    }

    private static String inWords(CheckpointSkip.Input input) {
        return input.description()
                + (input.records() < 0 ? "" : String.format(Locale.ROOT, ", %,d records", input.records()))
                + (input.bytes() < 0 ? "" : String.format(Locale.ROOT, ", %,d bytes", input.bytes()));
    }

    private void forget(Path existing, BatchTime batch, PrintWriter out) {
        if (!reason.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "--reason goes with --batch; leave it out");
        }
        if (yes.isGiven()
                || !CheckpointSkip.isKept(
                        existing, batch)) { // nothing is kept: what a death had left goes, or it is refused
            CheckpointSkip.forget(existing, batch);
            out.println("forgotten    " + Batches.dated(batch));
        } else {
            out.println("checkpoint   " + existing);
            out.println("forget       " + Batches.dated(batch) + ": it cannot be replayed any more");
            out.println(Confirmation.MISSING);
        }
    }
}
