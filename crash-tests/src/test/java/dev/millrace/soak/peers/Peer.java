/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.soak.peers;

import java.io.IOException;

/** One way to behave towards a program that has connected. It may be with several programs at a time. */
public interface Peer {
    /** Talks until it has had enough; the connection is closed afterwards, unless it was reset. What it throws ends it too. */
    void talk(Connection program) throws IOException, InterruptedException;
}
