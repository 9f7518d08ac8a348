/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.receiver;

import dev.millrace.MillraceConf;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StreamingContext;
import dev.millrace.streaming.event.ReceiverInfo;
import dev.millrace.streaming.event.StreamingListener;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One receiver and an output that remembers the batches, in virtual time unless it is started. */
final class Program<T> implements AutoCloseable {
    final StreamingContext ssc;
    final List<List<T>> batches = Collections.synchronizedList(new ArrayList<>());
    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

    Program(Receiver<T> receiver) {
        this(receiver, null);
    }

    Program(Receiver<T> receiver, @Nullable Path checkpoint, String... settings) {
        this("numbers", receiver, checkpoint, settings);
    }

    Program(Duration interval, Receiver<T> receiver, String... settings) {
        this("numbers", interval, receiver, null, settings);
    }

    Program(String name, Receiver<T> receiver, @Nullable Path checkpoint, String... settings) {
        this(name, Durations.milliseconds(20), receiver, checkpoint, settings);
    }

    private Program(
            String name, Duration interval, Receiver<T> receiver, @Nullable Path checkpoint, String... settings) {
        MillraceConf conf = new MillraceConf().setMaster("local[2]").set("millrace.streaming.blockInterval", "1h");
        for (int i = 0; i < settings.length; i += 2) {
            conf.set(settings[i], settings[i + 1]);
        }
        ssc = new StreamingContext(conf, interval);
        if (checkpoint != null) {
            ssc.checkpoint(checkpoint.toString());
        }
        ssc.receiverStream(receiver).named(name).foreachRDD("remembered", rdd -> batches.add(rdd.collect()));
        ssc.addStreamingListener(new StreamingListener() {
            @Override
            public void onReceiverStarted(ReceiverInfo info) {
                tell("started", info);
            }

            @Override
            public void onReceiverError(ReceiverInfo info) {
                tell("error", info);
            }

            @Override
            public void onReceiverStopped(ReceiverInfo info) {
                tell("stopped", info);
            }
        });
    }

    private void tell(String what, ReceiverInfo info) {
        String error = info.lastError().isEmpty() ? "" : " (" + info.lastError() + ")";
        told.add((what + " " + info.name() + ": " + info.lastErrorMessage() + error).strip());
    }

    /** The next thing that listeners are told of the receiver. */
    String told() throws InterruptedException {
        String next = told.poll(30, TimeUnit.SECONDS);
        return next == null ? "nothing" : next;
    }

    /** Runs batches in virtual time; with none the receiver starts. */
    Program<T> run(int count) {
        ssc.runBatches(count);
        return this;
    }

    /** The records of all batches so far. */
    List<T> received() {
        synchronized (batches) {
            return batches.stream().flatMap(List::stream).toList();
        }
    }

    /** Ends as a process would that has no time: nothing more is processed. */
    void stopNow() {
        ssc.stop(Duration.ZERO);
    }

    @Override
    public void close() {
        ssc.close();
    }
}
