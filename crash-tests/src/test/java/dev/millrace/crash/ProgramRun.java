/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.crash;

import dev.millrace.MillraceConf;
import dev.millrace.streaming.BatchTime;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StreamingContext;
import dev.millrace.streaming.event.BatchInfo;
import dev.millrace.streaming.event.StreamingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/**
 * One life of a program up to a number of batches, from its checkpoint if there is one; at its end it writes down what the
 * checkpoint holds.
 *
 * @param input where the program finds its input
 * @param checkpoint the checkpoint directory as the program names it
 */
record ProgramRun(CrashedProgram program, String input, Workplace work, String checkpoint, int batches) {
    static final Duration INTERVAL = Durations.seconds(1);

    private StreamingContext build(MillraceConf conf, Duration interval) {
        conf.set("millrace.streaming.checkpoint.retainedBatches", "0"); // so that short runs delete too
        StreamingContext streaming = new StreamingContext(conf, interval);
        streaming.checkpoint(checkpoint);
        program.build(streaming, interval, input, work.output());
        return streaming;
    }

    void inVirtualTime() throws IOException, InterruptedException {
        try (StreamingContext streaming = build(program.conf(), INTERVAL)) {
            streaming.runBatches(0); // recovery alone
            for (long next = done(streaming) + 1; next <= batches; next++) {
                program.awaitInput(next);
                streaming.runBatches(1);
            }
        }
        writeFinalState();
    }

    static long done(StreamingContext streaming) {
        return streaming.lastBatchTime().map(BatchTime::milliseconds).orElse(0L) / INTERVAL.toMillis();
    }

    /** Until so many batches with data are visible; the outputs of a batch run side by side. */
    void inRealTime(Duration interval) throws IOException, InterruptedException {
        MillraceConf conf = program.conf().set("millrace.streaming.concurrentJobs", "3");
        CountDownLatch done = new CountDownLatch(1);
        try (StreamingContext streaming = build(conf, interval)) {
            streaming.addStreamingListener(new StreamingListener() {
                @Override
                public void onBatchCompleted(BatchInfo batch) {
                    if (work.batches("counts") == batches) {
                        done.countDown();
                    }
                }
            });
            streaming.start();
            done.await();
            streaming.stop(Duration.ZERO); // what is planned beyond is rolled back
        }
        writeFinalState();
    }

    private void writeFinalState() throws IOException {
        Files.write(work.finalState(), CheckpointText.of(work.checkpoint()));
    }
}
