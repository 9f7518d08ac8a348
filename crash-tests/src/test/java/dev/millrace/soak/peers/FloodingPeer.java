/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.soak.peers;

import java.io.IOException;
import java.time.Duration;

/** Writes short lines as fast as the network takes them, and resets the connection with what is still under way. */
public final class FloodingPeer implements Peer {
    private final String piece = "to be or not to be\n".repeat(1000);

    @Override
    public void talk(Connection program) throws IOException, InterruptedException {
        program.every(Duration.ZERO, Duration.ofSeconds(5), () -> program.send(piece));
        program.reset();
    }
}
