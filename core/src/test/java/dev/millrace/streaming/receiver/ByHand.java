/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.receiver;

import dev.millrace.rdd.StorageLevel;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A receiver that does nothing by itself: the threads of a test store into it, and hear of what becomes of it. */
class ByHand<T> extends Receiver<T> {
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

    ByHand() {
        this(StorageLevel.MEMORY_AND_DISK_SER());
    }

    ByHand(StorageLevel level) {
        super(level);
    }

    @Override
    public void onStart() {
        Optional<Object> last = lastDurablePosition();
        tell("start" + last.map(position -> " at " + position).orElse(""));
    }

    @Override
    public void onStop() {
        tell("stop");
    }

    @Override
    protected void onDurable(Object position) {
        tell("durable " + position);
    }

    void tell(String event) {
        events.add(event);
    }

    /** The next thing that happens to it, or has happened. */
    String event() throws InterruptedException {
        String event = events.poll(30, TimeUnit.SECONDS);
        return event == null ? "nothing" : event;
    }

    boolean isQuiet() {
        return events.isEmpty();
    }
}
