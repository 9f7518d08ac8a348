/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.io.socket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceConf;
import dev.millrace.streaming.DStream;
import dev.millrace.streaming.Durations;
import dev.millrace.streaming.StopResult;
import dev.millrace.streaming.StreamingContext;
import dev.millrace.streaming.event.ReceiverInfo;
import dev.millrace.streaming.event.StreamingListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** A program in real time with one input, and what came of it: records in order, and what its receiver said. */
final class Received<T> implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    final StreamingContext context;
    private final BlockingQueue<T> records = new LinkedBlockingQueue<>();
    private final BlockingQueue<ReceiverInfo> errors = new LinkedBlockingQueue<>();

    Received(MillraceConf conf, Function<StreamingContext, DStream<T>> input) {
        conf.setMaster("local[2]").set("millrace.streaming.receiverRestartDelay", "1ms");
        context = new StreamingContext(conf, Durations.milliseconds(20));
        context.addStreamingListener(new StreamingListener() {
            @Override
            public void onReceiverError(ReceiverInfo receiver) {
                errors.add(receiver);
            }
        });
        input.apply(context)
                .named("in")
                .foreachRDD(rdd -> {
                    records.addAll(rdd.collect());
                })
                .named("out");
        context.start();
    }

    static Received<String> lines(MillraceConf conf, int port) {
        return new Received<>(conf, ssc -> ssc.socketTextStream("127.0.0.1", port));
    }

    static Received<String> lines(int port) {
        return lines(new MillraceConf(), port);
    }

    /** The next records, which are waited for. */
    List<T> next(int count) throws InterruptedException {
        List<T> next = new ArrayList<>();
        while (next.size() < count) {
            next.add(polled(records, "record " + next.size()));
        }
        return next;
    }

    /** How many records came and were not asked for yet. */
    int available() {
        return records.size();
    }

    /** The next thing that the receiver says. */
    ReceiverInfo nextError() throws InterruptedException {
        return polled(errors, "a word of the receiver");
    }

    private static <E> E polled(BlockingQueue<E> queue, String what) throws InterruptedException {
        E next = queue.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(next).as(what).isNotNull();
        return next;
    }

    /** Stops gracefully; everything that came must have been asked for. */
    void finish() {
        assertThat(context.stop(PATIENCE)).isEqualTo(StopResult.FINISHED);
        assertThat(records).isEmpty();
    }

    @Override
    public void close() {
        context.stop();
    }
}
