/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.crash;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A sender that numbers its records and sends each until it is acknowledged: on every connection it begins after the
 * last number that was. So many may be under way at a time; a new connection ends the one before, as there is one receiver,
 * and the process of an older one may have been stopped.
 */
public final class Feeder implements AutoCloseable {
    private static final int MOST_UNDER_WAY = 200;

    private final ServerSocket server;
    private long records;
    private long acknowledged;
    private @Nullable Socket latest;

    public Feeder(long records) throws IOException {
        this.records = records;
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        daemon("feeder", this::serve);
    }

    public int port() {
        return server.getLocalPort();
    }

    public synchronized long records() {
        return records;
    }

    /** Comes to an end soon: after what may be under way now. */
    public synchronized void end() {
        records = acknowledged + MOST_UNDER_WAY + 1; // one waits for room
    }

    /** Whether all has been acknowledged. */
    public synchronized boolean isDone() {
        return acknowledged >= records;
    }

    /** Resets the connection, as if the network had. What is under way is lost, and sent again on the next. */
    public synchronized void reset() throws IOException {
        if (latest != null && !latest.isClosed()) {
            latest.setSoLinger(true, 0);
            latest.close();
            notifyAll();
        }
    }

    private void serve() {
        Socket before = null;
        while (!server.isClosed()) {
            try {
                Socket connection = server.accept();
                if (before != null) {
                    before.close();
                    wake();
                }
                before = connection;
                latest(connection);
                daemon("feeder-acknowledgements", () -> hear(connection));
                daemon("feeder-numbers", () -> send(connection));
            } catch (IOException e) {
                // the test is over
            }
        }
    }

    private synchronized void latest(Socket connection) {
        latest = connection;
    }

    private static void daemon(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void send(Socket connection) {
        try {
            sendAll(connection);
        } catch (IOException | InterruptedException e) {
            // the receiver was killed, or another has connected
        }
    }

    private synchronized void wake() {
        notifyAll();
    }

    private void sendAll(Socket connection) throws IOException, InterruptedException {
        BufferedWriter out =
                new BufferedWriter(new OutputStreamWriter(connection.getOutputStream(), StandardCharsets.UTF_8));
        for (long next = acknowledged() + 1; next <= records(); next++) {
            if (!hasRoom(next)) {
                out.flush();
                awaitRoom(next, connection);
            }
            out.write(next + "\n");
        }
        out.flush();
    }

    synchronized long acknowledged() {
        return acknowledged;
    }

    private synchronized boolean hasRoom(long next) {
        return next - acknowledged <= MOST_UNDER_WAY;
    }

    private synchronized void awaitRoom(long next, Socket connection) throws IOException, InterruptedException {
        while (!hasRoom(next)) {
            if (connection.isClosed()) {
                throw new IOException("the receiver is gone");
            }
            wait();
        }
    }

    private void hear(Socket connection) {
        try (connection;
                BufferedReader in = new BufferedReader(
                        new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                acknowledge(Long.parseLong(line.substring(0, line.indexOf('.'))));
            }
        } catch (IOException | StringIndexOutOfBoundsException e) {
            // the receiver was killed, in the middle of a line perhaps
        } finally {
            wake();
        }
    }

    private synchronized void acknowledge(long number) {
        acknowledged = Math.max(acknowledged, number);
        notifyAll();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
