/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.soak.peers;

import java.io.IOException;
import java.time.Duration;

/** Resets the connection in the middle of a line. */
public final class ResettingPeer implements Peer {
    @Override
    public void talk(Connection program) throws IOException, InterruptedException {
        program.send("a line that is whole\nand one that is n");
        program.silence(Duration.ofMillis(program.random().nextInt(500)));
        program.reset();
    }
}
