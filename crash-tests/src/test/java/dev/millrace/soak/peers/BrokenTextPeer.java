/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.soak.peers;

import java.io.IOException;
import java.time.Duration;

/** Writes lines of any bytes, few of which are UTF-8. */
public final class BrokenTextPeer implements Peer {
    @Override
    public void talk(Connection program) throws IOException, InterruptedException {
        byte[] bytes = new byte[400];
        program.every(Duration.ofMillis(100), Duration.ofSeconds(4), () -> {
            program.random().nextBytes(bytes);
            program.out().write(bytes);
            program.send("\n");
        });
    }
}
