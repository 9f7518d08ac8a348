/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.testkit.random;

import dev.millrace.rdd.StorageLevel;
import dev.millrace.streaming.StreamingContext;
import dev.millrace.streaming.receiver.Receiver;
import java.util.List;

/**
 * Stores one block when its program first starts, and is silent since: so a program has a log, whose blocks no other
 * batch takes.
 */
final class SilentReceiver extends Receiver<Integer> {
    static final String NAME = "silent";

    private SilentReceiver() {
        super(StorageLevel.MEMORY_AND_DISK_SER());
    }

    /** One beside what a program does. */
    static void addTo(StreamingContext context) {
        context.receiverStream(new SilentReceiver()).named(NAME).foreachRDD(NAME, rdd -> rdd.count());
    }

    @Override
    public void onStart() {
        if (lastDurablePosition().isEmpty()) {
            store(List.of(1), 1);
        }
    }
}
