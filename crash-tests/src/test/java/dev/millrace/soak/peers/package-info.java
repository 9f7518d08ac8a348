/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Those with whom a program has to do: servers that it connects to, and what they say. Each {@link dev.millrace.soak.peers.Peer}
 * is one way to behave, honest or hostile; a {@link dev.millrace.soak.peers.PeerServer} takes several of them in turns.
 */
package dev.millrace.soak.peers;
