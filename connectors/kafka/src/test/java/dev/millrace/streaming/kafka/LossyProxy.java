/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.streaming.kafka;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Stands between clients and a broker, which names it as its address, and passes requests and answers on. It can lose the answer to a
 * commit: the broker has done the work, and the connection ends before the client hears of it; or hold it back.
 */
final class LossyProxy implements AutoCloseable {
    private static final short END_TRANSACTION = 26; // the key of the request
    private static final int KEY_AND_VERSION = 4; // bytes before the number of a request

    private final ServerSocket clients;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final AtomicInteger toLose = new AtomicInteger();
    private final AtomicInteger lost = new AtomicInteger();
    private final AtomicReference<CountDownLatch> toHold = new AtomicReference<>();
    private final CountDownLatch nothing = new CountDownLatch(0);
    private volatile CountDownLatch held = nothing;
    private volatile int broker;

    LossyProxy() throws IOException {
        clients = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        start(this::accept);
    }

    int port() {
        return clients.getLocalPort();
    }

    /** Connects to a broker on this port from now on. */
    void to(int port) {
        broker = port;
    }

    /** Loses the answers to the next commits. */
    void loseCommits(int number) {
        toLose.set(number);
    }

    /** Holds the answer to the next commit back until {@link #release}. */
    void holdNextCommit() {
        CountDownLatch latch = new CountDownLatch(1);
        held = latch;
        toHold.set(latch);
    }

    void release() {
        held.countDown();
    }

    int lost() {
        return lost.get();
    }

    /** What becomes of the answer to a commit. */
    private record Answer(boolean isLost, CountDownLatch held) {
        void await() throws IOException {
            try {
                if (!held.await(1, TimeUnit.MINUTES)) {
                    throw new IOException("nobody has released the answer");
                }
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }
    }

    private static void start(Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException e) {
                        // a connection has ended
                    }
                },
                "lossy-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    private interface Work {
        void run() throws IOException;
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = clients.accept();
            start(() -> connect(client));
        }
    }

    private void connect(Socket client) throws IOException {
        Socket server;
        try {
            server = new Socket(InetAddress.getByName("127.0.0.1"), broker);
        } catch (IOException e) {
            client.close(); // the broker is away
            return;
        }
        client.setTcpNoDelay(true); // else each answer waits for the acknowledgement of what was sent before, for 40 ms
        server.setTcpNoDelay(true);
        sockets.add(client);
        sockets.add(server);
        Map<Integer, Answer> special = new ConcurrentHashMap<>();
        start(() -> requests(client, server, special));
        start(() -> answers(server, client, special));
    }

    private void requests(Socket client, Socket server, Map<Integer, Answer> special) throws IOException {
        try (client;
                server) {
            DataInputStream in = new DataInputStream(client.getInputStream());
            DataOutputStream out = new DataOutputStream(server.getOutputStream());
            while (true) {
                byte[] request = frame(in);
                ByteBuffer header = ByteBuffer.wrap(request);
                if (header.getShort(0) == END_TRANSACTION) {
                    special.put(header.getInt(KEY_AND_VERSION), answer());
                }
                pass(request, out);
            }
        }
    }

    private Answer answer() {
        CountDownLatch latch = toHold.getAndSet(null);
        boolean loses = toLose.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
        return new Answer(loses, latch == null ? nothing : latch);
    }

    private void answers(Socket server, Socket client, Map<Integer, Answer> special) throws IOException {
        try (client;
                server) {
            DataInputStream in = new DataInputStream(server.getInputStream());
            DataOutputStream out = new DataOutputStream(client.getOutputStream());
            while (true) {
                byte[] answer = frame(in);
                Answer of = special.remove(ByteBuffer.wrap(answer).getInt());
                if (of != null && of.isLost()) {
                    lost.incrementAndGet();
                    return;
                }
                if (of != null) {
                    of.await();
                }
                pass(answer, out);
            }
        }
    }

    private static byte[] frame(DataInputStream in) throws IOException {
        byte[] frame = new byte[in.readInt()];
        in.readFully(frame);
        return frame;
    }

    private static void pass(byte[] frame, DataOutputStream out) throws IOException {
        out.writeInt(frame.length);
        out.write(frame);
        out.flush();
    }

    @Override
    public void close() throws IOException {
        clients.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
