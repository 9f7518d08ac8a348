/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.streaming.StreamingContext;
import dev.millrace.streaming.event.ReceiverInfo;
import dev.millrace.streaming.event.StreamingListener;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

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

    /** The next problem that says this; others that come before, as of a question under way when its topic went, are passed over. */
    static String next(BlockingQueue<String> problems, String what) throws InterruptedException {
        while (true) {
            String problem = problems.poll(60, TimeUnit.SECONDS);
            assertThat(problem).as("a problem that says \"%s\"", what).isNotNull();
            if (problem.contains(what)) {
                return problem;
            }
        }
    }
}
