/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.runtime.loop;

import dev.millrace.internal.errors.Causes;
import dev.millrace.internal.runtime.BatchRunner;
import dev.millrace.internal.runtime.OpenProgram;
import dev.millrace.internal.runtime.StackText;
import dev.millrace.streaming.StopResult;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Leaves a run behind whose user code does not end by the deadline of a stop: from then on its threads are refused wherever
 * they would decide, record or publish something, and another program may take the checkpoint. They end when the user code
 * does, or with the process: they are daemons.
 */
public final class Abandonment {
    private static final System.Logger LOG = System.getLogger("dev.millrace.streaming");

    private Abandonment() {}

    /**
     * @param own the threads of the run, but for those that run tasks and outputs
     * @return what a stop says of it
     */
    static StopResult of(OpenProgram program, Lifecycle life, Collection<Thread> own) {
        BatchRunner.LeftBehind left = program.runner().leave();
        release(program);
        StopResult result = life.result(left.decided());
        program.audience().log().leftBehind(text(program, left, result, own));
        program.audience().log().ended(life.failure(), result);
        return result;
    }

    /** Tells that a start is left behind; its thread may be in inputs, types or outputs of the program. */
    public static void ofStart(Thread thread) {
        LOG.log(
                System.Logger.Level.ERROR,
                "the context has stopped, and its start, which did not end by the deadline, is left behind. No batch was"
                        + " begun; the next start may come at once.\nThread " + thread.getName() + " is at"
                        + StackText.of(thread));
    }

    private static void release(OpenProgram program) {
        try {
            program.batchLog().revoke();
            program.inputs().forEach(input -> input.active().requestStop());
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "a part of a context that is left behind could not be ended", e);
        }
    }

    private static String text(
            OpenProgram program, BatchRunner.LeftBehind left, StopResult result, Collection<Thread> own) {
        StringBuilder text = new StringBuilder("code of the program that did not end by the deadline is left behind.");
        if (left.batch() != null) {
            text.append(" Batch ").append(left.batch());
            if (!left.at().isEmpty()) {
                text.append(", which is in ")
                        .append(String.join(", ", left.at()))
                        .append(",");
            }
            text.append(left.decided() ? " is decided" : " is not decided");
            text.append(program.batchLog().identity().isOfCheckpoint() ? whatNext(left) : ".");
        } else if (result == StopResult.FINISHED) {
            text.append(" All batches are complete.");
        }
        threads(program, own).forEach(thread -> {
            String stack = StackText.of(thread);
            if (!stack.isEmpty()) {
                text.append("\nThread ")
                        .append(thread.getName())
                        .append(" is at")
                        .append(stack);
            }
        });
        return text.toString();
    }

    private static String whatNext(BatchRunner.LeftBehind left) {
        return "; the next start, which may come at once, "
                + (left.decided()
                        ? "publishes what is not published. Until this code has ended, a roll back to before this batch is refused."
                        : "runs it again, with the same input.");
    }

    private static Set<Thread> threads(OpenProgram program, Collection<Thread> own) {
        Set<Thread> threads = new LinkedHashSet<>(program.runner().threads());
        threads.addAll(own);
        threads.addAll(program.pool().threads());
        program.inputs().forEach(input -> threads.addAll(input.active().running()));
        return threads;
    }

    /** Closes an engine, which waits for its tasks: those that were left behind may never end. */
    public static void beside(Runnable closing) {
        Thread thread = new Thread(closing, "millrace-close");
        thread.setDaemon(true);
        thread.start();
    }

    /** Closes the parts of a run that was left behind, when its code has ended after all. */
    public static void close(AutoCloseable part) {
        try {
            part.close();
        } catch (Throwable e) {
            failed(e);
        }
    }

    /** A part that was left behind has failed; the stop has told what became of the batch, so this is for debugging. */
    static void failed(Throwable e) {
        LOG.log(System.Logger.Level.DEBUG, () -> "after a context was left behind: " + Causes.text(e));
    }
}
