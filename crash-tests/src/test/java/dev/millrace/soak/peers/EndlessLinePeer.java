/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.soak.peers;

import java.io.IOException;
import java.time.Duration;

/** Writes a line that does not end, until the connection does. */
public final class EndlessLinePeer implements Peer {
    private final String piece = "x".repeat(1 << 16);

    @Override
    public void talk(Connection program) throws IOException, InterruptedException {
        program.every(Duration.ofMillis(50), Duration.ofSeconds(3), () -> program.send(piece));
    }
}
