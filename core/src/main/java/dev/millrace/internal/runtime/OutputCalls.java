/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runtime;

import dev.millrace.error.MillraceException;
import dev.millrace.internal.io.output.StagedRows;
import dev.millrace.internal.operators.JobScope;
import dev.millrace.spi.OutputBatch;
import dev.millrace.spi.OutputRun;
import dev.millrace.spi.StagedOutput;
import dev.millrace.streaming.BatchTime;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** Calls outputs, which may be of the program, so that what fails names the output; and keeps no interrupt that they leave. */
final class OutputCalls {
    private OutputCalls() {}

    private interface Call {
        void run() throws Exception;
    }

    /** Runs in a task: an interrupt may be the task's. The part is empty if the output has made none. */
    static <T> String stage(StagedOutput<T> output, OutputBatch batch, int partition, int attempt, Iterator<T> records)
            throws Exception {
        String[] part = {""};
        call(output, batch, "stage a part", () -> {
            String staged = output.stage(batch, partition, attempt, records);
            part[0] = staged == null ? "" : staged;
        });
        return part[0];
    }

    static void publish(StagedOutput<?> output, OutputBatch batch, List<String> parts) throws Exception {
        onDriver(output, batch, "publish its part", () -> output.publish(batch, parts));
    }

    static void discard(StagedOutput<?> output, OutputBatch batch) throws Exception {
        onDriver(output, batch, "delete what it has staged", () -> output.discard(batch));
    }

    static void retract(StagedOutput<?> output, OutputBatch batch) throws Exception {
        onDriver(output, batch, "take back its part", () -> output.retract(batch));
    }

    static List<OutputBatch> receipts(StagedOutput<?> output, OutputBatch from) throws Exception {
        List<OutputBatch> receipts = new ArrayList<>();
        BatchTime before = new BatchTime(from.time().milliseconds() - 1);
        onDriver(
                output,
                from,
                "say what it has published from its part",
                () -> receipts.addAll(output.receipts(from.outputName(), before)));
        return receipts;
    }

    /** Returns where the output has its receipts, if it tells. */
    static Optional<String> open(StagedRows<?> output, OutputRun run) throws Exception {
        try {
            return output.open(run);
        } catch (MillraceException | UnsupportedOperationException | InterruptedException e) {
            throw e;
        } catch (Exception e) {
            throw new MillraceException(
                    "the output \"" + run.outputName() + "\" (" + output + ") cannot begin: " + e
                            + "; make what it writes to ready again, or correct the output, and start again",
                    e);
        } finally {
            JobScope.forgetInterrupt();
        }
    }

    private static void onDriver(StagedOutput<?> output, OutputBatch batch, String what, Call call) throws Exception {
        call(output, batch, what, call);
        JobScope.forgetInterrupt();
    }

    private static void call(StagedOutput<?> output, OutputBatch batch, String what, Call call) throws Exception {
        try {
            call.run();
        } catch (MillraceException | UnsupportedOperationException | InterruptedException e) {
            throw e; // of the records that it was given, or it says enough
        } catch (Exception e) {
            throw failed("the output \"" + batch.outputName() + "\" (" + output + ") cannot " + what, batch.time(), e);
        }
    }

    static MillraceException failed(String what, BatchTime batch, Exception e) {
        return new MillraceException(
                what + " of batch " + batch + ": " + e + "; make what it writes to ready again, or correct the output",
                e);
    }
}
