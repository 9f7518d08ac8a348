/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.soak.peers;

import java.io.IOException;
import java.time.Duration;

/** Writes a byte a second. */
public final class DrippingPeer implements Peer {
    @Override
    public void talk(Connection program) throws IOException, InterruptedException {
        program.every(Duration.ofSeconds(1), Duration.ofSeconds(8), () -> program.send("w"));
    }
}
