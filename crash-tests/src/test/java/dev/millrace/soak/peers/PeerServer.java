/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.soak.peers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** Waits for a program on 127.0.0.1, and has several peers talk to it in turns, each on a thread of its own. */
public final class PeerServer implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Map<String, Integer> met = new TreeMap<>();
    private final List<Peer> peers;
    private final Random random;
    private final Pace pace;

    public PeerServer(Random random, Pace pace, List<Peer> peers) throws IOException {
        this.random = random;
        this.pace = pace;
        this.peers = peers;
        daemon(this::accept);
    }

    public int port() {
        return server.getLocalPort();
    }

    /** How often a program has met each of the peers. */
    public Map<String, Integer> met() {
        synchronized (met) {
            return new TreeMap<>(met);
        }
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "peer");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        for (int turn = 0; !server.isClosed(); turn++) {
            try {
                Socket socket = server.accept();
                Peer peer = peers.get(turn % peers.size());
                Connection connection = new Connection(socket, pace, new Random(random.nextLong()));
                synchronized (met) {
                    met.merge(peer.getClass().getSimpleName(), 1, Integer::sum);
                }
                open.add(socket);
                daemon(() -> talk(socket, peer, connection));
            } catch (IOException e) {
                // it is closed
            }
        }
    }

    private void talk(Socket socket, Peer peer, Connection connection) {
        try (socket) {
            peer.talk(connection);
        } catch (IOException | InterruptedException e) {
            // the program has gone
        } finally {
            open.remove(socket);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
