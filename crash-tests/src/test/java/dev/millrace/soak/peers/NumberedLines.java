/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.soak.peers;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * An honest peer: writes lines that say connection and number, from 0 on, and ends in order. Nobody can send these lines again.
 * It remembers which connections the program has heard to the end, and when.
 */
public final class NumberedLines implements Peer {
    private static final Duration PERIOD = Duration.ofMillis(50);
    private static final int AT_A_TIME = 10;

    private final AtomicInteger connections = new AtomicInteger();
    private final List<Heard> heard = new ArrayList<>();
    private final LongSupplier phase;

    /**
     * A connection that the program has read to its end.
     *
     * @param phase when
     */
    public record Heard(int connection, long lines, long phase) {}

    /** @param phase a number that grows; it tells when something was */
    public NumberedLines(LongSupplier phase) {
        this.phase = phase;
    }

    @Override
    public void talk(Connection program) throws IOException, InterruptedException {
        int connection = connections.incrementAndGet();
        long[] next = {0};
        program.every(PERIOD, Duration.ofMillis(500 + program.random().nextInt(3000)), () -> {
            StringBuilder lines = new StringBuilder();
            for (int line = 0; line < AT_A_TIME; line++) {
                lines.append(connection).append(' ').append(next[0]++).append('\n');
            }
            program.send(lines.toString());
        });
        if (program.endInOrder()) {
            synchronized (heard) {
                heard.add(new Heard(connection, next[0], phase.getAsLong()));
            }
        }
    }

    public List<Heard> heard() {
        synchronized (heard) {
            return List.copyOf(heard);
        }
    }
}
