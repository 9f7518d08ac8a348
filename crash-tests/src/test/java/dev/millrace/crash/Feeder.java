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

/**
 * A sender that numbers its records and sends each until it is acknowledged: on every connection it begins after the
 * last number that was. So many may be under way at a time; one connection at a time, as there is one receiver.
 */
final class Feeder implements AutoCloseable {
    private static final int MOST_UNDER_WAY = 200;

    private final ServerSocket server;
    private final long records;
    private final Thread thread;
    private long acknowledged;

    Feeder(long records) throws IOException {
        this.records = records;
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        thread = new Thread(this::serve, "feeder");
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return server.getLocalPort();
    }

    long records() {
        return records;
    }

    private void serve() {
        while (!server.isClosed()) {
            try (Socket connection = server.accept()) {
                Thread hearing = new Thread(() -> hear(connection), "feeder-acknowledgements");
                hearing.setDaemon(true);
                hearing.start();
                send(connection);
                hearing.join();
            } catch (IOException e) {
                // the receiver was killed, or the test is over
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void send(Socket connection) throws IOException, InterruptedException {
        BufferedWriter out =
                new BufferedWriter(new OutputStreamWriter(connection.getOutputStream(), StandardCharsets.UTF_8));
        for (long next = acknowledged() + 1; next <= records; next++) {
            if (!hasRoom(next)) {
                out.flush();
                awaitRoom(next, connection);
            }
            out.write(next + "\n");
        }
        out.flush();
    }

    private synchronized long acknowledged() {
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
            synchronized (this) {
                notifyAll();
            }
        }
    }

    private synchronized void acknowledge(long number) {
        acknowledged = Math.max(acknowledged, number);
        notifyAll();
    }

    @Override
    public void close() throws IOException {
        server.close();
        thread.interrupt();
    }
}
