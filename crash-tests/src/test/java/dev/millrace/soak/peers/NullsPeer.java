/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.soak.peers;

import java.io.IOException;
import java.time.Duration;

/** Writes bytes that are 0, with a line's end here and there. */
public final class NullsPeer implements Peer {
    @Override
    public void talk(Connection program) throws IOException, InterruptedException {
        program.every(Duration.ofMillis(100), Duration.ofSeconds(4), () -> {
            program.out().write(new byte[program.random().nextInt(20_000)]);
            program.send("\n");
        });
    }
}
