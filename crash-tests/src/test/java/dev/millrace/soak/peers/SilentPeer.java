/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.soak.peers;

import java.io.IOException;
import java.time.Duration;

/** Takes the connection and says nothing, as a machine that has lost its power, and then is gone. */
public final class SilentPeer implements Peer {
    @Override
    public void talk(Connection program) throws IOException, InterruptedException {
        program.silence(Duration.ofMillis(2000 + program.random().nextInt(8000)));
        program.reset();
    }
}
