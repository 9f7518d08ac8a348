/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import dev.millrace.streaming.StreamingContext;
import dev.millrace.streaming.event.ReceiverInfo;
import dev.millrace.streaming.event.StreamingListener;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** The events that a program tells its listeners. */
final class Told {
    private Told() {}

    /** The problems of inputs, in order, from now on. */
    static BlockingQueue<String> problems(StreamingContext ssc) {
        BlockingQueue<String> problems = new LinkedBlockingQueue<>();
        ssc.addStreamingListener(new StreamingListener() {
            @Override
            public void onReceiverError(ReceiverInfo receiver) {
                problems.add(receiver.lastErrorMessage());
            }
        });
        return problems;
    }
}
