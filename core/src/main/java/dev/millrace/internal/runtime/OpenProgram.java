/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runtime;

import dev.millrace.error.MillraceException;
import dev.millrace.internal.checkpoint.BatchLog;
import dev.millrace.internal.engine.ContextRuntime;
import dev.millrace.internal.errors.Causes;
import dev.millrace.internal.graph.InputNode;
import dev.millrace.streaming.BatchTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A program that is open: the planner and the runner of its batches, their audience, and the batches of an earlier run of the
 * program that come first.
 *
 * @param zero the time from which slides are counted
 * @param shared the services that the inputs share, closed after them
 * @param lastTime the last batch time that was used before, or null at the very first start
 * @param lastDecided the last batch that an earlier run of the program had decided, or null
 * @param resumption the place at which it goes on with an earlier run, for people; null if there was none
 * @param toRunAgain the batches that an earlier run of the program had planned and not decided, in order
 */
public record OpenProgram(
        ContextRuntime runtime,
        List<InputNode<?>> inputs,
        BatchPlanner planner,
        Audience audience,
        BatchRunner runner,
        BatchLog batchLog,
        OutputPool pool,
        BatchTime zero,
        AutoCloseable shared,
        @Nullable BatchTime lastTime,
        @Nullable BatchTime lastDecided,
        @Nullable String resumption,
        List<PlannedBatch> toRunAgain)
        implements AutoCloseable {

    /** Lets data come in. */
    public void startInputs() {
        inputs.forEach(input -> input.active().start());
    }

    /** Returns when the inputs know what is there now. The caller holds no lock that a stop needs: a stop closes inputs that wait. */
    public void refreshInputs() {
        for (InputNode<?> input : inputs) {
            try {
                input.refreshInput();
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new MillraceException(input + " cannot be read: " + Causes.text(e), e);
            }
        }
    }

    /** Returns whether data comes in by itself, so that a graceful stop must end that first. */
    public boolean receives() {
        return inputs.stream().anyMatch(InputNode::receives);
    }

    /** Returns when no data comes in any more; what has come can still be planned. */
    public void stopInputs() {
        inputs.forEach(input -> input.active().requestStop()); // all at once
        inputs.forEach(input -> input.active().awaitStopped());
    }

    @Override
    public void close() throws Exception {
        List<AutoCloseable> parts = new ArrayList<>();
        parts.add(pool);
        parts.add(() -> inputs.forEach(input -> input.active().requestStop())); // all at once
        inputs.forEach(input -> parts.add(() -> {
            input.closeInput();
            Thread.interrupted(); // a source's own
        }));
        parts.add(shared);
        parts.add(runner::closeOutputs);
        parts.add(batchLog);
        parts.add(runtime::release);
        closeAll(parts);
    }

    /** Closes each, whatever becomes of those before, and throws the first problem. */
    public static void closeAll(List<AutoCloseable> parts) throws Exception {
        Throwable first = null;
        for (AutoCloseable part : parts) {
            try {
                part.close();
            } catch (Throwable e) { // an error too: of a source, and those behind it hold the checkpoint
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        if (first instanceof Exception e) {
            throw e;
        } else if (first instanceof Error e) {
            throw e;
        }
    }
}
