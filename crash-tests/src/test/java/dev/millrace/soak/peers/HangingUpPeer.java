/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.soak.peers;

/** Ends each connection at once, so that the program connects as often as it may. */
public final class HangingUpPeer implements Peer {
    @Override
    public void talk(Connection program) {}
}
