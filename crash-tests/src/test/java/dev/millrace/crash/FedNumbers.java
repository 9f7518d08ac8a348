/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.crash;

import dev.millrace.rdd.StorageLevel;
import dev.millrace.streaming.receiver.Receiver;
import java.io.EOFException;
import java.io.IOException;
import java.util.function.LongConsumer;

/** Takes numbers from a {@link Feeder}: begins after the last durable position, and acknowledges what is durable. */
public final class FedNumbers extends Receiver<Long> {
    private final int port;
    private final boolean tooEarly;
    private final LongConsumer durable;
    private volatile FeederConnection feeder;

    /**
     * @param tooEarly whether records are acknowledged when they are stored, which is a mistake
     * @param durable hears of numbers up to which everything is durable, also at the begin
     */
    public FedNumbers(int port, boolean tooEarly, LongConsumer durable) {
        super(StorageLevel.MEMORY_AND_DISK_SER());
        this.port = port;
        feeder = new FeederConnection(port);
        this.tooEarly = tooEarly;
        this.durable = durable;
    }

    @Override
    public void onStart() {
        feeder = new FeederConnection(port);
    }

    @Override
    protected void run() throws IOException {
        long before = this.<Long>lastDurablePosition().orElse(0L);
        durable.accept(before);
        FeederConnection connection = feeder;
        long number = connection.open(before);
        if (number == 0) {
            return; // it was closed meanwhile
        }
        for (; number > 0; number = connection.next()) {
            if (number > before) { // else it came before
                store(number, number);
                connection.acknowledge(tooEarly ? number : 0);
            }
        }
        throw new EOFException("the feeder has gone"); // a reset may look like this, if another thread has met it first
    }

    @Override
    public void onStop() {
        feeder.close();
    }

    @Override
    protected void onDurable(Object position) {
        long number = (long) position;
        try {
            feeder.acknowledge(number);
        } catch (IOException e) {
            reportError("an acknowledgement is lost", e);
        }
        durable.accept(number);
    }
}
